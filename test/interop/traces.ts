/** The logs of a stack, and a search for secrets in them. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFacts } from './stack.ts';

const secretsFile = ({ directory }: StackFacts): string => join(directory, 'secrets.txt');

/** Records a client's password as a secret that no log may contain, and returns it. */
export const asSecret = (facts: StackFacts, password: string): string => {
  appendFileSync(secretsFile(facts), `${password}\n`);
  return password;
};

/** The recorded passwords, and the one from `npm start`. */
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

/** The members of an access log line that the tests use. */
interface AccessLine {
  readonly method: string;
  readonly status: string;
  readonly userAgent: string;
  readonly integrationError: string;
}

/** The access log of all APIs. */
export const accessLinesOf = (facts: StackFacts): readonly AccessLine[] =>
  linesOf<AccessLine>(facts, /^logs\/access-/);

/** The access log lines with a 5xx. */
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

/** The forms in which a log line could show bytes. */
const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), [...bytes].join(','), ...withinBase64(bytes)];
};

/**
 * The base64 of a text that contains the bytes, for each position in a group of three and without
 * the edges.
 */
const withinBase64 = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );

/** The logs that contain a private key, or a secret in one of those forms. */
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
