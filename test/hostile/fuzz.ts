/**
 * `npm run fuzz -- [--messages N] [--from SEED]`: mutations of real clients' requests and of
 * our own, seeded. None may end in an outage, in a call to the CA, or in a turn of over 50 ms of
 * CPU.
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
// A wrong challenge: whatever a mutation leaves whole is refused, so every order is a finding.
const own = pkcsReq({ ra: attacked.ra, challenge: 'NOBODYS7CHALLENGE' });
const ownEnvelope = required(certRepFieldsOf(own.message).eContent);
const whole = [own.message, ...requests.map(builtShape)];

/**
 * A request for random names of every kind and string type, whole and signed, with a wrong
 * challenge.
 */
function namesOf(seed: number): Uint8Array {
  const [subject] = fc.sample(randomSubjects, { seed, numRuns: 1 });
  const names = fc.sample(randomGeneralNames, { seed, numRuns: (seed % 3) + 1 });
  const csr = { subject, extensions: [subjectAltName(names)], challenges: ['NOBODYS7CHALLENGE'] };
  return pkcsReq({ ra: attacked.ra, csr }).message;
}

/**
 * The message of a seed: one of the whole ones changed, or, each fifth, an envelope changed and
 * signed for, or, each seventh, a whole request for random names.
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

/** What is wrong with an answer, or undefined. */
function faultOf({ status, code }: Strike): string | undefined {
  if (status >= 500) return `HTTP ${status} ${code}`;
  return attacked.orders.length > 0 ? 'the CA was asked' : undefined;
}

/**
 * The CPU that a message takes, in milliseconds. A slow one is sent twice more, to exclude a
 * garbage collection.
 */
async function turnOf(message: Uint8Array, first: Strike): Promise<number> {
  let minMilliseconds = first.cpuMilliseconds;
  for (let more = 2; more > 0 && minMilliseconds > maxTurnMilliseconds; more -= 1)
    minMilliseconds = Math.min(minMilliseconds, (await attacked.strike(message)).cpuMilliseconds);
  return minMilliseconds;
}

/** Strikes with the message of a seed; what is wrong, or undefined. */
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
console.log(`The slowest turn took ${slowest.toFixed(0)} ms of CPU. How they ended:`);
for (const [code, count] of [...statuses].toSorted(([, one], [, other]) => other - one))
  console.log(`  ${String(count).padStart(7)}  ${code}`);
