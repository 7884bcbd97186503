/** The answer to CloudFormation: a PUT to a presigned URL of S3. */
import { Fault } from '../core/errors.ts';
import type { Clock } from '../ports/system.ts';

const maxTries = 4;
const maxTryMilliseconds = 4_000;

/**
 * Delivers an answer, several times if need be. Throws `DeploymentNotAnswered`, which names neither
 * the URL nor the error, because the URL is a credential.
 */
export async function sendCloudFormationResponse(
  url: string,
  response: object,
  clock: Pick<Clock, 'sleep'>,
  send: typeof fetch = fetch,
): Promise<void> {
  // As bytes: a text would get a Content-Type, which the presigned URL does not cover.
  const body = Buffer.from(JSON.stringify(response));
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const signal = AbortSignal.timeout(maxTryMilliseconds);
    const answer = await send(url, { method: 'PUT', body, signal }).catch(() => undefined);
    if (answer?.ok) return;
    if (tries < maxTries) await clock.sleep(500 * 2 ** tries);
  }
  throw new Fault('DeploymentNotAnswered');
}
