/**
 * The limit on envelopes that do not open (docs/decisions/008-envelope-flood.md). All of them get
 * the same answer, so it reveals nothing. If an attacker finds a difference all the same, the limit
 * bounds the attempts.
 */
import { HttpFault, Refusal } from '../errors.ts';
import { keyedDigest } from '../policy/connector-key.ts';
import type { ScepContext } from './context.ts';

/**
 * Runs `open` for an envelope of this source, and counts a failed decryption. Throws
 * `HttpFault('TooManyEnvelopes')`, and runs nothing, for a source that is over its allowance.
 */
export async function withinLimit<Opened>(
  source: string,
  { envelopes, keys }: Pick<ScepContext, 'envelopes' | 'keys'>,
  open: () => Promise<Opened>,
): Promise<Opened> {
  // Keyed, because a bare hash of an IPv4 address is reversed in a minute.
  const hashed = keyedDigest(keys.sources, source);
  if (!(await envelopes.isOpenTo(hashed))) throw new HttpFault('TooManyEnvelopes');
  try {
    return await open();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'EnvelopeRefused')
      await envelopes.chargeTo(hashed);
    throw error;
  }
}
