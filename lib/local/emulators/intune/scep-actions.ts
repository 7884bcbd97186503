/**
 * `ScepRequestValidationFEService`: validation, and the notifications that follow it, in their
 * order.
 */
import { createHash } from 'node:crypto';
import { type ReadRequest, readRequest } from './certification-request.ts';
import { createODataError, type Reply } from './reply.ts';
import {
  type Check,
  checkShape,
  isText,
  isTextOrNothing,
  type Json,
  readOnlyMember,
} from './service-request.ts';

/** Intune's record of a transaction: a digest of the validated bytes, and the outcome. */
export interface Transaction {
  readonly requestDigest: string;
  readonly state: 'validated' | 'succeeded' | 'failed';
}

/** Dependencies of the actions. */
export interface ScepActionsContext {
  readonly verdictOn: (request: ReadRequest) => string;
  readonly transactions: {
    get(id: string): Transaction | undefined;
    set(id: string, transaction: Transaction): void;
  };
  /** Receives every accepted notification. */
  readonly notified: (kind: 'success' | 'failure', notification: Json) => void;
}

export type ScepAction = 'validateRequest' | 'successNotification' | 'failureNotification';

const isBase64: Check = (value) =>
  typeof value === 'string' &&
  value !== '' &&
  Buffer.from(value, 'base64').toString('base64') === value;
const isHex =
  (digits: RegExp): Check =>
  (value) =>
    typeof value === 'string' && digits.test(value);
const isUtcTime: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
const isInt32: Check = (value) => typeof value === 'number' && (value | 0) === value;
const isDescription: Check = (value) => isText(value) && String(value).length <= 255;

const inEvery = { transactionId: isText, certificateRequest: isBase64, callerInfo: isText };

/** The members of each action, in Microsoft's spelling, and the check of each. */
const shapes: Readonly<Record<ScepAction, Readonly<Record<string, Check>>>> = {
  validateRequest: inEvery,
  successNotification: {
    ...inEvery,
    certificateThumbprint: isHex(/^[0-9A-F]{40}$/i),
    certificateSerialNumber: isHex(/^[0-9A-F]{1,40}$/i),
    certificateExpirationDateUtc: isUtcTime,
    issuingCertificateAuthority: isText,
    caConfiguration: isTextOrNothing,
    certificateAuthority: isTextOrNothing,
  },
  failureNotification: { ...inEvery, hResult: isInt32, errorDescription: isDescription },
};

/** Answers one action. Every verdict has HTTP 200; only a malformed call has another status. */
export const answerScepAction = (
  action: ScepAction,
  text: string,
  context: ScepActionsContext,
): Reply => {
  const member = action === 'validateRequest' ? 'request' : 'notification';
  const fields = checkShape(readOnlyMember(text, member), shapes[action]);
  const requestDigest = createHash('sha256')
    .update(String(fields.certificateRequest))
    .digest('hex');
  if (action === 'validateRequest') return validate(fields, requestDigest, context);
  const id = String(fields.transactionId);
  const state = action === 'successNotification' ? 'succeeded' : 'failed';
  checkOrder(context.transactions.get(id), requestDigest, state);
  context.transactions.set(id, { requestDigest, state });
  context.notified(state === 'succeeded' ? 'success' : 'failure', fields);
  return verdict('Success');
};

const validate = (fields: Json, requestDigest: string, context: ScepActionsContext): Reply => {
  const code = judgeBytes(Buffer.from(String(fields.certificateRequest), 'base64'), context);
  if (code === 'Success') {
    context.transactions.set(String(fields.transactionId), { requestDigest, state: 'validated' });
  }
  return verdict(code);
};

const judgeBytes = (der: Uint8Array, { verdictOn }: ScepActionsContext): string => {
  let request: ReadRequest;
  try {
    request = readRequest(der);
  } catch {
    return 'CertificateRequestDecodingFailed';
  }
  return verdictOn(request);
};

/**
 * This rule is ours, since Microsoft documents none. A notification belongs to a transaction that
 * was validated with the same bytes, and its first outcome is kept. A repeat is accepted, because
 * its answer can have been lost.
 */
const checkOrder = (
  known: Transaction | undefined,
  requestDigest: string,
  state: Transaction['state'],
): void => {
  if (known === undefined)
    throw createODataError(400, 'BadRequest', 'The transaction was not validated.');
  if (known.requestDigest !== requestDigest)
    throw createODataError(400, 'BadRequest', 'The certificate request is not the one validated.');
  if (known.state !== 'validated' && known.state !== state)
    throw createODataError(400, 'BadRequest', 'The transaction has another outcome.');
};

const descriptions = (code: string): string =>
  code === 'Success' ? '' : `The emulated Intune refused with ${code}.`;

const verdict = (code: string): Reply => ({
  status: 200,
  body: {
    code,
    errorDescription: descriptions(code),
    '@odata.context':
      'https://emulated/$metadata#microsoft.management.services.scepRequestValidationService.api.scepActionResult',
  },
});
