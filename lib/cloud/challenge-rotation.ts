/** A challenge that a connector rotates on a schedule. */
import { Duration, Stack } from 'aws-cdk-lib';
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

/** A static challenge that is created and rotated on a schedule. */
export interface ChallengeRotationDeclaration {
  /** The challenge's name, 1 to 64 characters. */
  readonly name: string;
  /** How often the challenge is rotated: 1 to 365 days. */
  readonly interval: Duration;
  /** How long the old challenge stays valid: 0 to `interval`, at most 90 days. */
  readonly overlap: Duration;
}

export interface ChallengeRotationProps extends ConnectorResources {
  readonly rotation: ChallengeRotationDeclaration;
  readonly scepUrl: string;
}

/**
 * Checks every hour whether the challenge exists and is young enough. So the first one is created
 * within an hour of the deployment, and the next run makes up for a missed one.
 */
export class ChallengeRotation extends Construct {
  constructor(scope: Construct, id: string, props: ChallengeRotationProps) {
    super(scope, id);
    const { connectorId, tables, scepUrl } = props;
    const rotation = toRotation(props.rotation);
    const rotate = createHandlerFunction(this, 'rotate-challenge', {
      description: `Rotates the challenge "${rotation.name}" of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        challengeRotation: JSON.stringify(rotation),
        administeredConnector: Stack.of(this).toJsonString(toAdministeredConnector(props, scepUrl)),
        ...buildAdministrationEnvironment(tables),
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
function toRotation({ name, interval, overlap }: ChallengeRotationDeclaration): Rotation {
  const everyDays = interval.toDays({ integral: false });
  const overlapDays = overlap.toDays({ integral: false });
  const isWhole = (days: number, min: number, max: number): boolean =>
    Number.isInteger(days) && days >= min && days <= max;
  if (
    /^[\P{C}]{1,64}$/u.test(name) &&
    isWhole(everyDays, 1, 365) &&
    isWhole(overlapDays, 0, Math.min(everyDays, 90))
  )
    return { name, everyDays, overlapDays };
  throw new DeclarationError(
    'badChallengeRotation',
    `challengeRotation "${name}" has an interval of ${everyDays} days and an overlap of ${overlapDays}. Give a name of 1 to ` +
      '64 characters, an interval of 1 to 365 whole days, and an overlap of 0 to the interval, at most 90 days.',
  );
}
