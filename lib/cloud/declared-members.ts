/**
 * The members of every declaration, each with its check. `satisfies` keeps the tables and the types
 * equal: a member that is in one of them only does not compile.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { signingAlgorithms } from '../../lambda/config/settings.ts';
import type { Quirks } from '../../lambda/message/quirks.ts';
import type { ChallengeConstraints } from '../../lambda/names/challenge-limits.ts';
import type { AddedNames, Profile } from '../../lambda/policy/profile.ts';
import type { ChallengeRotationDeclaration } from './challenge-rotation.ts';
import {
  type Check,
  hasMembers,
  isBoolean,
  isDuration,
  isEither,
  isListOf,
  isNumber,
  isObject,
  isOneOf,
  isRecordOf,
  isText,
} from './declaration-check.ts';
import type { IntuneDeclaration } from './declared-intune.ts';
import type { DeviceThrottle } from './device-routes.ts';
import type { NdesAdminPageDeclaration } from './ndes-admin-page.ts';
import type { ScepConnectorProps } from './scep-connector.ts';
import type { ScepServiceProps } from './scep-service.ts';

type ChecksOf<Declared> = Record<keyof Required<Declared>, Check>;

const texts = isListOf(isText);
const patterns = isRecordOf(texts);
const rate = hasMembers({ rateLimit: isNumber, burstLimit: isNumber }, ['rateLimit', 'burstLimit']);

const profile = hasMembers({
  subject: patterns,
  alternativeNames: patterns,
  add: hasMembers({
    subject: isRecordOf(isText),
    alternativeNames: patterns,
  } satisfies ChecksOf<AddedNames>),
  keyUsage: texts,
  extendedKeyUsage: isEither(
    Array.isArray,
    texts,
    hasMembers({ requested: texts, otherwise: texts }, ['requested', 'otherwise']),
  ),
  certificatePolicies: isListOf(hasMembers({ oid: isText, cpsUri: isText }, ['oid'])),
  validityDays: isNumber,
} satisfies ChecksOf<Profile>);

const quirks = hasMembers({
  sha1: isBoolean,
  tripleDes: isBoolean,
  allowSignerKeyMismatch: isBoolean,
  caChain: isOneOf('ra-and-issuer', 'full'),
  issuerInReply: isBoolean,
  emptyContent: isOneOf('absent', 'zero-length'),
  utf8InPrintableString: isBoolean,
} satisfies ChecksOf<Quirks>);

const intune = hasMembers(
  {
    tenantId: isText,
    applicationId: isText,
    authentication: isText,
    cloud: isEither((value) => typeof value === 'string', isText, isRecordOf(isText)),
  } satisfies ChecksOf<IntuneDeclaration>,
  ['tenantId', 'applicationId', 'authentication'],
);

const constraints = hasMembers({
  subject: patterns,
  alternativeNames: patterns,
  validityDays: isNumber,
} satisfies ChecksOf<ChallengeConstraints>);

const ndesAdminPage = hasMembers({
  username: isText,
  encoding: isOneOf('utf-16', 'utf-8'),
  constraints,
} satisfies ChecksOf<NdesAdminPageDeclaration>);

const challengeRotation = hasMembers(
  {
    name: isText,
    interval: isDuration,
    overlap: isDuration,
  } satisfies ChecksOf<ChallengeRotationDeclaration>,
  ['name', 'interval', 'overlap'],
);

/** Refuses a connector's declaration with an unknown member, or a value of another type. */
export const checkConnector = hasMembers(
  {
    service: isObject,
    connectorId: isText,
    certificateAuthority: isObject,
    usageMode: isOneOf('GENERAL_PURPOSE', 'SHORT_LIVED_CERTIFICATE'),
    ownsRootPath: isBoolean,
    ndesAdminPage: isEither((value) => typeof value === 'boolean', isBoolean, ndesAdminPage),
    challengeRotation,
    throttle: hasMembers({ post: rate, get: rate } satisfies ChecksOf<DeviceThrottle>),
    reservedConcurrency: isNumber,
    profile,
    quirks,
    waitTime: isDuration,
    signingAlgorithm: isOneOf(...signingAlgorithms),
    proxiesInFront: isNumber,
    raValidity: isDuration,
    raRotationInterval: isDuration,
    intune,
  } satisfies ChecksOf<ScepConnectorProps>,
  ['service', 'connectorId', 'certificateAuthority'],
);

/** Refuses a service's declaration with an unknown member, or a value of another type. */
export const checkService = hasMembers({
  serviceId: isText,
  removalPolicy: isOneOf(...Object.values(RemovalPolicy)),
  deletionProtection: isBoolean,
  certificatesPerSecond: isNumber,
  throttle: rate,
  hasDashboard: isBoolean,
} satisfies ChecksOf<ScepServiceProps>);
