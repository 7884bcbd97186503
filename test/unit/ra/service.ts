/**
 * The real rotation: our function on the adapter and the SDK, invoked by the emulated Secrets
 * Manager.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { createRaIdentitySource } from '../../../lambda/aws/ra-identities.ts';
import { createRotatingSecret } from '../../../lambda/aws/rotating-secret.ts';
import { systemClock } from '../../../lambda/handlers/system.ts';
import type { PrivateCa } from '../../../lambda/ports/certificate-authority.ts';
import { type RotationEvent, rotate } from '../../../lambda/ra/rotate.ts';
import { startAwsJsonServer } from '../../../lib/local/emulators/aws-json-server.ts';
import { createSecretsManager } from '../../../lib/local/emulators/secrets-manager.ts';
import { memoryRateLimiter } from '../../support/fakes/memory-attempts.ts';
import { memoryPrivateCa } from '../../support/fakes/memory-private-ca.ts';
import { memoryTables } from '../../support/fakes/memory-tables.ts';
import { testRa } from '../../support/kit/test-ra.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:ra-abcdef';

type Run = () => Promise<void>;

/**
 * Stands between Secrets Manager and the function: runs a step, skips it, repeats it, or reports a
 * false result.
 */
export type Delivery = (event: RotationEvent, run: Run) => Promise<void>;

/**
 * Starts the service with a placeholder as the secret. `delivery` and `ca` may be changed while it
 * runs.
 */
export async function rotationService() {
  const directory = mkdtempSync(join(tmpdir(), 'scep-rotation-'));
  const memoryCa = memoryPrivateCa(testRa());
  const state: { delivery: Delivery; ca: Pick<PrivateCa, 'issue' | 'retrieve' | 'chain'> } = {
    delivery: (_, run) => run(),
    ca: memoryCa,
  };
  const tokens: string[] = [];
  const step = async (event: RotationEvent): Promise<void> => {
    await rotate(event, {
      connectorId: 'test',
      raValidityDays: 7,
      signingAlgorithm: 'SHA256WITHRSA',
      secret: createRotatingSecret(client, event.SecretId),
      ca: state.ca,
      rateLimiter: memoryRateLimiter(memoryTables(), 25),
      clock: { ...systemClock, sleep: async () => {} },
    });
  };
  const manager = createSecretsManager({
    path: join(directory, 'secrets.json'),
    report: () => {},
    invoke: () => async (event) => {
      const received = event as RotationEvent;
      tokens.push(received.ClientRequestToken);
      try {
        await state.delivery(received, () => step(received));
        return { ok: true, payload: 'null' };
      } catch (error) {
        return { ok: false, error: { errorType: 'Error', errorMessage: String(error) } };
      }
    },
  });
  const aws = await startAwsJsonServer([manager]);
  const client = new SecretsManagerClient({
    endpoint: aws.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  manager.ensureSecret(arn, 'ra', () => 'placeholder');
  manager.ensureRotation(arn, { functionArn: 'function', everySeconds: 259_200 }, true);
  return {
    ...state,
    set: (changes: Partial<typeof state>) => void Object.assign(state, changes),
    tokens,
    orders: memoryCa.orders,
    /** Invokes the function's step once more, as Secrets Manager sometimes does. */
    repeatStep: (Step: string, ClientRequestToken: string) =>
      step({ Step, SecretId: arn, ClientRequestToken }),
    /** Removes AWSPENDING from a version, as Secrets Manager does after a rotation. */
    removePending: async (RemoveFromVersionId: string) => {
      const input = { SecretId: arn, VersionStage: 'AWSPENDING', RemoveFromVersionId };
      await client.send(new UpdateSecretVersionStageCommand(input));
    },
    attempt: () => manager.rotations.attempt(arn),
    /** The serial numbers of the identities that a newly started function uses. */
    usable: async () => {
      const source = createRaIdentitySource(client, arn, systemClock, () => {});
      const identities = await source.current();
      return identities.map(({ certificate }) => Buffer.from(certificate.serial).toString('hex'));
    },
    stop: async () => {
      manager.rotations.stop();
      client.destroy();
      await aws.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
