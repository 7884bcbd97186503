/** A challenge that a connector rotates on a schedule. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ChallengeRotation as Rotation } from '../../lambda/admin/challenges/scheduled-rotation.ts';
import { challengesIndex } from '../../lambda/aws/index-attributes.ts';
import {
  buildAdministrationEnvironment,
  grantAdminKeys,
  toAdministeredConnector,
} from './administration.ts';
import { grantPutEvents } from './audit.ts';
import type { ConnectorResources } from './connector.ts';
import { DeclarationError } from './declaration-error.ts';
import { createHandlerFunction } from './handler-function.ts';
import { toKeyPatterns } from './key-patterns.ts';
import { grantItems, grantQueryAll } from './table-grants.ts';

export interface ChallengeRotationProps extends ConnectorResources {
  readonly rotation: Rotation;
  readonly scepUrl: string;
}

/**
 * Checks every hour whether the challenge exists and is young enough. So the first one is created
 * within an hour of the deployment, and the next run makes up for a missed one.
 */
export class ChallengeRotation extends Construct {
  constructor(scope: Construct, id: string, props: ChallengeRotationProps) {
    super(scope, id);
    const { connectorId, tables, rotation, scepUrl } = props;
    refuse(rotation);
    const rotate = createHandlerFunction(this, 'rotate-challenge', {
      description: `Rotates the challenge "${rotation.name}" of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        challengeRotation: JSON.stringify(rotation),
        ...buildAdministrationEnvironment(this, tables, [toAdministeredConnector(props, scepUrl)]),
      },
    });
    const { all } = toKeyPatterns(connectorId);
    grantAdminKeys(rotate, props);
    grantItems(rotate, tables.challenges, [all], 'GetItem', 'PutItem', 'UpdateItem');
    grantQueryAll(rotate, tables.challenges, challengesIndex);
    grantPutEvents(rotate);
    new Rule(this, 'Schedule', {
      description: `Checks whether the challenge "${rotation.name}" of "${connectorId}" is due`,
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(rotate, { retryAttempts: 2 })],
    });
  }
}

/** Refuses a schedule that leaves devices without a valid challenge, or with more than two. */
function refuse({ name, everyDays, overlapDays }: Rotation): void {
  const isWhole = (days: number, min: number, max: number): boolean =>
    Number.isInteger(days) && days >= min && days <= max;
  if (
    /^[\P{C}]{1,64}$/u.test(name) &&
    isWhole(everyDays, 1, 365) &&
    isWhole(overlapDays, 0, Math.min(everyDays, 90))
  )
    return;
  throw new DeclarationError(
    'badChallengeRotation',
    `challengeRotation is ${JSON.stringify({ name, everyDays, overlapDays })}. Give a name of 1 to 64 characters, everyDays ` +
      'from 1 to 365, and overlapDays from 0 to everyDays, at most 90.',
  );
}
