/** What the command line says of a challenge becomes a CreateChallenge request. */
import { randomUUID } from 'node:crypto';
import {
  type ConstraintFault,
  findConstraintsFault,
  findNameFault,
  findUsesFault,
} from '../../lambda/names/challenge-limits.ts';
import { AdminClientError } from './admin-errors.ts';
import { parseSeconds } from './duration.ts';

/** The options of `challenge create`, as typed. */
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

/** The API does not look at account and Region: who asks has chosen both with its URL. */
export const toConnectorArn = (connectorId: string): string =>
  `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`;

const refuse = (message: string): never => {
  throw new AdminClientError('badArgument', message);
};

const refuseFault = (option: string, fault: string | undefined): void => {
  if (fault !== undefined) refuse(`${option}: ${fault}.`);
};

/** The command line's word for each constraint. */
const optionOf: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: '--subject',
  alternativeNames: '--alternative-name',
  validityDays: '--validity-days',
};

/**
 * The request's body; refuses, saying what is allowed, kinds, numbers, durations and limits that
 * are not.
 */
export function buildChallengeRequest(
  connectorId: string,
  options: ChallengeOptions,
  nowSeconds: number,
) {
  const { kind = 'one-time', uses, name } = options;
  if (!Object.hasOwn(defaultExpiry, kind)) refuse('--kind: static, one-time or limited.');
  if ((kind === 'limited') !== (uses !== undefined))
    refuse('--uses N goes with --kind limited, and only with it.');
  const expiry = options['expires-in'] ?? defaultExpiry[kind];
  const maxUses = kind === 'one-time' ? 1 : uses === undefined ? undefined : Number(uses);
  refuseFault('--name', name === undefined ? undefined : findNameFault(name));
  refuseFault('--uses', maxUses === undefined ? undefined : findUsesFault(maxUses));
  const Subject = pairsOf('--subject', options.subject ?? []);
  const AlternativeNames = pairsOf('--alternative-name', options['alternative-name'] ?? []);
  const days = options['validity-days'];
  const ValidityDays = days === undefined ? undefined : Number(days);
  const broken = findConstraintsFault({
    ...(Subject && { subject: Subject }),
    ...(AlternativeNames && { alternativeNames: AlternativeNames }),
    ...(ValidityDays !== undefined && { validityDays: ValidityDays }),
  });
  refuseFault(broken ? optionOf[broken.part] : '', broken?.fault);
  const Tags = Object.fromEntries((options.tag ?? []).map((text) => pairOf('--tag', text)));
  return {
    ConnectorArn: toConnectorArn(connectorId),
    // One request: repeated by the network, it is one challenge.
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

/** `CN=a` and `CN=b` become `{ CN: ['a', 'b'] }`. */
function pairsOf(
  option: string,
  texts: readonly string[],
): Readonly<Record<string, readonly string[]>> | undefined {
  if (texts.length === 0) return undefined;
  const all = new Map<string, string[]>();
  for (const text of texts) {
    const [key, value] = pairOf(option, text);
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return Object.fromEntries(all);
}

function pairOf(option: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) refuse(`${option}: NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
