/**
 * Intune's challenges: a base64 blob of several kilobytes that only Intune reads. It contains the
 * expected content of the request. Only the key is stored, so a challenge from before a restart
 * stays readable.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { ReadRequest } from './certification-request.ts';

/** The request that a device's SCEP profile defines. Omitted members are not compared. */
export interface ExpectedRequest {
  readonly deviceId?: string;
  /** `CN=a,O=b`. */
  readonly subject?: string;
  /** `kind:value`, of the kinds dns, email, uri, upn; if omitted, the request may contain none. */
  readonly alternativeNames?: readonly string[];
  readonly keyBits?: number;
  readonly extendedKeyUsages?: readonly string[];
  /** Present if the challenge belongs to another tenant than the registration. */
  readonly tenantId?: string;
  /** Default: 3600. */
  readonly expiresInSeconds?: number;
}

interface Content extends ExpectedRequest {
  readonly id: string;
  readonly deviceId: string;
  readonly tenantId: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** The circumstances in which a challenge is checked. */
interface Circumstances {
  readonly tenantId: string;
  readonly nowSeconds: number;
  /** Deleted devices, and those without the profile. */
  readonly goneDevices: ReadonlySet<string>;
  readonly untargetedDevices: ReadonlySet<string>;
}

/** Padding to the size of real challenges, about 5 KB (measured in one of Microsoft's logs). */
const paddedOctets = 3600;
const cipher = 'aes-256-gcm';

/** Creates a challenge. */
export const makeChallenge = (
  expected: ExpectedRequest,
  key: Uint8Array,
  { tenantId, nowSeconds }: Pick<Circumstances, 'tenantId' | 'nowSeconds'>,
): string => {
  const { expiresInSeconds = 3600, ...rest } = expected;
  const content: Content = {
    tenantId,
    ...rest,
    id: randomUUID(),
    deviceId: expected.deviceId ?? randomUUID(),
    issuedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + expiresInSeconds,
  };
  const iv = randomBytes(12);
  const sealing = createCipheriv(cipher, key, iv);
  const text = JSON.stringify(content).padEnd(paddedOctets);
  const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
  return Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64');
};

/** Intune's code for a request; "Success" if it matches the profile. */
export const judgeRequest = (
  request: ReadRequest,
  key: Uint8Array,
  circumstances: Circumstances,
): string => {
  const [challenge] = request.challenges;
  if (!challenge) return 'ChallengePasswordMissing';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(challenge)) return 'ChallengeDecodingError';
  const text = openChallenge(Buffer.from(challenge, 'base64'), key);
  if (text === undefined) return 'ChallengeDecryptionError';
  const content = parseContent(text);
  if (content === undefined) return 'ChallengeDeserializationError';
  const differs = [...listStandings(content, circumstances), ...compareContent(content, request)];
  return differs.find(([isSo]) => isSo)?.[1] ?? 'Success';
};

const openChallenge = (sealed: Uint8Array, key: Uint8Array): string | undefined => {
  try {
    const opening = createDecipheriv(cipher, key, sealed.subarray(0, 12));
    opening.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([opening.update(sealed.subarray(28)), opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};

const parseContent = (text: string): Content | undefined => {
  try {
    return JSON.parse(text) as Content;
  } catch {
    return undefined;
  }
};

type Difference = readonly [boolean, string];

const listStandings = (content: Content, at: Circumstances): readonly Difference[] => [
  [content.tenantId !== at.tenantId, 'BadTenantIdInChallenge'],
  [content.issuedAtSeconds > at.nowSeconds + 300, 'ChallengeInvalidTimestamp'],
  [content.expiresAtSeconds <= at.nowSeconds, 'ChallengeExpired'],
  [at.goneDevices.has(content.deviceId), 'BadDeviceIdInChallenge'],
  [at.untargetedDevices.has(content.deviceId), 'ScepProfileNoLongerTargetedToTheClient'],
];

const compareContent = (expected: Content, request: ReadRequest): readonly Difference[] => {
  const { subject, alternativeNames = [], keyBits, extendedKeyUsages } = expected;
  const names = alternativeNames.toSorted().join(' ');
  const usages = extendedKeyUsages?.toSorted().join(' ');
  const noUsages = request.extendedKeyUsages.length === 0;
  return [
    [subject !== undefined && request.subject === '', 'SubjectNameMissing'],
    [subject !== undefined && request.subject !== normalizeSubject(subject), 'SubjectNameMismatch'],
    [names !== '' && request.alternativeNames.length === 0, 'SubjectAltNameMissing'],
    [request.alternativeNames.join(' ') !== names, 'SubjectAltNameMismatch'],
    [keyBits !== undefined && request.keyBits !== keyBits, 'KeyLengthMismatch'],
    [usages !== undefined && noUsages, 'EnhancedKeyUsageMissing'],
    [
      usages !== undefined && request.extendedKeyUsages.join(' ') !== usages,
      'EnhancedKeyUsageMismatch',
    ],
  ];
};

const normalizeSubject = (subject: string): string => subject.replace(/\s*,\s*/g, ',').trim();
