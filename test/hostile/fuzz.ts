/**
 * `npm run fuzz -- [--messages N] [--from SEED]`: sends seeded mutations of real captures and of
 * our own requests. It fails for an outage, a call to the CA, or more than 50 ms of CPU for one
 * message.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { builtShape } from '../support/kit/clients/captured-shapes.ts';
import { subjectAltName } from '../support/kit/extensions.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { randomGeneralNames, randomSubjects } from '../support/kit/random-names.ts';
import { certRepFieldsOf, required } from '../unit/http/cert-rep-fields.ts';
import { mutated, numbersFrom } from './mutate.ts';
import { type Strike, target } from './target.ts';

const requests = [
  'Apple MDM 2016 PKCSReq',
  'Windows Intune PKCSReq',
  'Gutmann CSR',
  'Gutmann request envelope',
  'Gutmann PKCSReq',
] as const;

/** The longest turn that the fuzz run allows, in milliseconds of CPU. */
const maxTurnMilliseconds = 50;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
  },
});
const messages = Number(values.messages);
const from = Number(values.from);

const attacked = target({
  quirks: { sha1: true, tripleDes: true, allowSignerKeyMismatch: true },
  profile: { alternativeNames: { dns: ['*'], email: ['*'], uri: ['*'], ip: ['*'], upn: ['*'] } },
});
// The challenge is wrong, so even an unharmed message is refused, and every order is a finding.
const own = pkcsReq({ ra: attacked.ra, challenge: 'NOBODYS7CHALLENGE' });
const ownEnvelope = required(certRepFieldsOf(own.message).eContent);
const whole = [own.message, ...requests.map(builtShape)];

/** A valid request for random names of every kind and string type, with a wrong challenge. */
function namesOf(seed: number): Uint8Array {
  const [subject] = fc.sample(randomSubjects, { seed, numRuns: 1 });
  const names = fc.sample(randomGeneralNames, { seed, numRuns: (seed % 3) + 1 });
  const csr = { subject, extensions: [subjectAltName(names)], challenges: ['NOBODYS7CHALLENGE'] };
  return pkcsReq({ ra: attacked.ra, csr }).message;
}

/**
 * The message of a seed. Each seventh is a valid request for random names. Of the others, each
 * fifth has a changed envelope under a valid signature, and the rest are changed whole messages.
 */
function messageOf(seed: number): Uint8Array {
  const number = numbersFrom(seed);
  if (seed % 7 === 0) return namesOf(seed);
  if (seed % 5 === 0) {
    const content = mutated(ownEnvelope, number);
    return pkcsReq({ ra: attacked.ra, csrBytes: own.csr, signedData: { content } }).message;
  }
  return mutated(whole[seed % whole.length] ?? own.message, number);
}

/** The fault of an answer; undefined if there is none. */
function faultOf({ status, code }: Strike): string | undefined {
  if (status >= 500) return `HTTP ${status} ${code}`;
  return attacked.orders.length > 0 ? 'a call to the CA' : undefined;
}

/**
 * The CPU time of a message, in milliseconds. A slow message is sent twice again, to exclude a
 * garbage collection.
 */
async function turnOf(message: Uint8Array, first: Strike): Promise<number> {
  let minMilliseconds = first.cpuMilliseconds;
  for (let more = 2; more > 0 && minMilliseconds > maxTurnMilliseconds; more -= 1)
    minMilliseconds = Math.min(minMilliseconds, (await attacked.strike(message)).cpuMilliseconds);
  return minMilliseconds;
}

/** Sends the message of a seed; the finding, or undefined. */
async function findingOf(seed: number): Promise<string | undefined> {
  const message = messageOf(seed);
  const first = await attacked.strike(message);
  const fault = faultOf(first);
  if (fault !== undefined) return fault;
  const turn = await turnOf(message, first);
  slowest = Math.max(slowest, turn);
  return turn > maxTurnMilliseconds ? `${Math.round(turn)} ms of CPU` : undefined;
}

let slowest = 0;
const started = Date.now();
const statuses = new Map<string, number>();
await attacked.strike(own.message);
for (let seed = from; seed < from + messages; seed += 1) {
  const fault = await findingOf(seed);
  if (fault !== undefined) {
    console.error(`\nseed ${seed}: ${fault}\n  npm run fuzz -- --from ${seed} --messages 1`);
    process.exit(1);
  }
  const { code = 'none' } = attacked.lastLine() as { code?: string };
  statuses.set(code, (statuses.get(code) ?? 0) + 1);
  attacked.lines.length = 0;
  if (process.stderr.isTTY && seed % 500 === 0)
    process.stderr.write(`\r${seed - from} of ${messages}`);
}
const seconds = (Date.now() - started) / 1000;
console.log(
  `\n${messages} messages of ${whole.length} sources in ${seconds.toFixed(0)} s: no 5xx, no call to the CA.`,
);
console.log(`The slowest message took ${slowest.toFixed(0)} ms of CPU. Outcomes:`);
for (const [code, count] of [...statuses].toSorted(([, one], [, other]) => other - one))
  console.log(`  ${String(count).padStart(7)}  ${code}`);
