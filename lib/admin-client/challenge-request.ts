/** Builds a CreateChallenge request from the options of the command line. */
import { randomUUID } from 'node:crypto';
import {
  type ConstraintFault,
  findConstraintsFault,
  findNameFault,
  findUsesFault,
} from '../../lambda/names/challenge-limits.ts';
import { AdminClientError } from './admin-errors.ts';
import { parseSeconds } from './duration.ts';

/** The options of `challenge create`, as text. */
export interface ChallengeOptions {
  readonly kind?: string;
  readonly uses?: string;
  readonly name?: string;
  readonly 'expires-in'?: string;
  readonly subject?: readonly string[];
  readonly 'alternative-name'?: readonly string[];
  readonly tag?: readonly string[];
  readonly 'validity-days'?: string;
}

const defaultExpiry: Readonly<Record<string, string | undefined>> = {
  static: undefined,
  'one-time': '1h',
  limited: '1h',
};

/** The ARN of a connector. The API ignores its account and Region, which its URL determines. */
export const toConnectorArn = (connectorId: string): string =>
  `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`;

const refuse = (message: string): never => {
  throw new AdminClientError('badArgument', message);
};

const refuseFault = (option: string, fault: string | undefined): void => {
  if (fault !== undefined) refuse(`${option}: ${fault}.`);
};

/** The option for each constraint. */
const optionOf: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: '--subject',
  alternativeNames: '--alternative-name',
  validityDays: '--validity-days',
};

/**
 * Builds the body of the request. Throws `badArgument` for an invalid option, and the message
 * states what is allowed.
 */
export function buildChallengeRequest(
  connectorId: string,
  options: ChallengeOptions,
  nowSeconds: number,
) {
  const { kind = 'one-time', uses, name } = options;
  if (!Object.hasOwn(defaultExpiry, kind)) refuse('--kind must be static, one-time or limited.');
  if ((kind === 'limited') !== (uses !== undefined))
    refuse('--kind limited requires --uses N, and other kinds do not allow it.');
  const expiry = options['expires-in'] ?? defaultExpiry[kind];
  const maxUses = kind === 'one-time' ? 1 : uses === undefined ? undefined : Number(uses);
  refuseFault('--name', name === undefined ? undefined : findNameFault(name));
  refuseFault('--uses', maxUses === undefined ? undefined : findUsesFault(maxUses));
  const Subject = groupPairs('--subject', options.subject ?? []);
  const AlternativeNames = groupPairs('--alternative-name', options['alternative-name'] ?? []);
  const days = options['validity-days'];
  const ValidityDays = days === undefined ? undefined : Number(days);
  const broken = findConstraintsFault({
    ...(Subject && { subject: Subject }),
    ...(AlternativeNames && { alternativeNames: AlternativeNames }),
    ...(ValidityDays !== undefined && { validityDays: ValidityDays }),
  });
  refuseFault(broken ? optionOf[broken.part] : '', broken?.fault);
  const Tags = Object.fromEntries((options.tag ?? []).map((text) => splitPair('--tag', text)));
  return {
    ConnectorArn: toConnectorArn(connectorId),
    // A request that the network repeats creates one challenge.
    ClientToken: randomUUID(),
    ...(name !== undefined && { Name: name }),
    ...(expiry !== undefined && {
      ExpiresAt: Math.floor(nowSeconds) + parseSeconds('--expires-in', expiry),
    }),
    ...(maxUses !== undefined && { MaxUses: maxUses }),
    ...((Subject ?? AlternativeNames ?? ValidityDays) !== undefined && {
      Constraints: { Subject, AlternativeNames, ValidityDays },
    }),
    ...(options.tag && { Tags }),
  };
}

/** Groups `CN=a` and `CN=b` as `{ CN: ['a', 'b'] }`. */
function groupPairs(
  option: string,
  texts: readonly string[],
): Readonly<Record<string, readonly string[]>> | undefined {
  if (texts.length === 0) return undefined;
  const all = new Map<string, string[]>();
  for (const text of texts) {
    const [key, value] = splitPair(option, text);
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return Object.fromEntries(all);
}

function splitPair(option: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) refuse(`${option} must have the form NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
