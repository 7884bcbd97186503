/** A challenge that a connector rotates by itself. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ChallengeRotation as Rotation } from '../../lambda/admin/scheduled-rotation.ts';
import { administrationEnvironment } from './administration.ts';
import { mayTell } from './audit.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { DeclarationError } from './declaration-error.ts';
import { handlerFunction } from './handler-function.ts';
import { mayListChallengesOf, mayUseItems } from './tables.ts';

export interface ChallengeRotationProps extends Connector {
  readonly rotation: Rotation;
  readonly scepUrl: string;
}

/**
 * Looks every hour whether the challenge is there and young enough: so the first one is made within an hour of the
 * deployment, and a run that is missed is made up for by the next.
 */
export class ChallengeRotation extends Construct {
  constructor(scope: Construct, id: string, props: ChallengeRotationProps) {
    super(scope, id);
    const { connectorId, key, ledger, isBounded, rotation, scepUrl } = props;
    refuse(rotation);
    const administered = {
      connectorId,
      connectorKeySecret: key.secretArn,
      certificateAuthorityArn: props.certificateAuthority.certificateAuthorityArn,
      scepUrl,
    };
    const rotate = handlerFunction(this, 'rotate-challenge', {
      isBounded,
      description: `Rotates the challenge "${rotation.name}" of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        challengeRotation: JSON.stringify(rotation),
        ...administrationEnvironment(this, ledger, [administered]),
      },
      may: [
        mayRead(key),
        mayUseItems(ledger.challenges, connectorId, 'GetItem', 'PutItem', 'UpdateItem'),
        mayListChallengesOf(ledger, connectorId),
        mayTell(),
      ],
    });
    new Rule(this, 'Schedule', {
      description: `Looks whether the challenge "${rotation.name}" of "${connectorId}" is due`,
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(rotate, { retryAttempts: 2 })],
    });
  }
}

/** Refuses what would leave devices without a good challenge, or with more than two. */
function refuse({ name, everyDays, overlapDays }: Rotation): void {
  const isWhole = (days: number, least: number, most: number): boolean =>
    Number.isInteger(days) && days >= least && days <= most;
  if (
    /^[\P{C}]{1,64}$/u.test(name) &&
    isWhole(everyDays, 1, 365) &&
    isWhole(overlapDays, 0, Math.min(everyDays, 90))
  )
    return;
  throw new DeclarationError(
    'badChallengeRotation',
    `challengeRotation is ${JSON.stringify({ name, everyDays, overlapDays })}. Give a name of 1 to 64 characters, everyDays ` +
      'from 1 to 365, and overlapDays from 0 to everyDays, 90 at most.',
  );
}
