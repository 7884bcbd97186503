/**
 * What a stack leaves behind: its access logs, its functions' logs, and what must not be in any of
 * them.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFacts } from './stack.ts';

const secretsFile = ({ directory }: StackFacts): string => join(directory, 'secrets.txt');

/**
 * Notes a password that a client sends, right or wrong, as one that no log may hold. Gives it back.
 */
export const asSecret = (facts: StackFacts, password: string): string => {
  appendFileSync(secretsFile(facts), `${password}\n`);
  return password;
};

/** The passwords noted so far, and the one that `npm start` told. */
export const secretsOf = (facts: StackFacts): readonly string[] => {
  const noted = readFileSync(secretsFile(facts), { encoding: 'utf8', flag: 'a+' });
  return [facts.challengePassword, ...noted.split('\n').filter(Boolean)];
};

/** Every log of functions and APIs, every event, and CloudTrail's record, by file name. */
export const tracesOf = ({ stateDirectory }: StackFacts): ReadonlyMap<string, string> => {
  const names = readdirSync(join(stateDirectory, 'logs')).map((name) => `logs/${name}`);
  return new Map(
    [...names, 'cloudtrail.jsonl'].map((name) => [
      name,
      readFileSync(join(stateDirectory, name), 'utf8'),
    ]),
  );
};

/** A line of an access log, as far as it is looked at here. */
interface AccessLine {
  readonly method: string;
  readonly status: string;
  readonly userAgent: string;
  readonly integrationError: string;
}

/** The access log of all APIs. */
export const accessLinesOf = (facts: StackFacts): readonly AccessLine[] =>
  linesOf<AccessLine>(facts, /^logs\/access-/);

/** Requests that were answered by a 5xx. */
export const serverErrorsOf = (facts: StackFacts): readonly AccessLine[] =>
  accessLinesOf(facts).filter(({ status }) => !/^[1-4]\d\d$/.test(status));

/** A line of the scep function's log. */
interface ScepLine {
  readonly operation?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly transactionId?: string;
}

/** The log of the scep function. */
export const scepLinesOf = (facts: StackFacts): readonly ScepLine[] =>
  linesOf<ScepLine>(facts, /^logs\/.*ScepFunction/);

const linesOf = <Line>(facts: StackFacts, name: RegExp): readonly Line[] =>
  [...tracesOf(facts)]
    .filter(([path]) => name.test(path))
    .flatMap(([, text]) => text.split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as Line);

/** The forms in which a careless log line would show bytes. */
const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), [...bytes].join(','), ...withinBase64(bytes)];
};

/**
 * Base64 of something that contains the bytes: one form for each place in a group of three, without
 * the edges.
 */
const withinBase64 = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );

/** The traces that show a secret, in any of those forms, or a private key. */
export const leaksIn = (
  traces: ReadonlyMap<string, string>,
  secrets: readonly string[],
): readonly string[] => {
  const canaries = ['PRIVATE KEY', ...secrets.flatMap(formsOf)].map((text) => text.toLowerCase());
  return [...traces].flatMap(([path, text]) => {
    const lowerCase = text.toLowerCase();
    return canaries.some((canary) => lowerCase.includes(canary)) ? [path] : [];
  });
};
