/**
 * Revokes certificates at Intune's request: downloads the requests, revokes, and uploads the
 * results. The inbox stores each step before the next one begins. So the next run continues an
 * interrupted one, and no downloaded request is lost.
 */
import { Fault } from '../core/errors.ts';
import { readSerial } from '../core/serial-number.ts';
import type { PrivateCa } from '../ports/certificate-authority.ts';
import type {
  IntuneRevocations,
  IssuedCertificates,
  PendingRevocation,
  RevocationInbox,
  RevocationRequest,
  RevocationResult,
} from '../ports/revocations.ts';

/** The dependencies of a run. */
export interface RevocationContext {
  readonly intune: IntuneRevocations;
  readonly journal: RevocationInbox;
  readonly certificates: IssuedCertificates;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  /**
   * The `caConfiguration` that `notifySuccess` sends for this connector's CA. Intune's queue
   * contains the requests of the whole tenant.
   */
  readonly caConfiguration: string;
  /** The maximum number of requests per run, 1 to 500. The next run takes the rest. */
  readonly batch: number;
  /**
   * The time for a run's calls to the CA. After that the run uploads its results, so that a CA that
   * hangs delays no result.
   */
  readonly maxCaSeconds: number;
  readonly nowSeconds: () => number;
  /** Receives each failure. The errors come from ports and contain no secret. */
  readonly report: (problem: { readonly step: RevocationStep; readonly error: unknown }) => void;
}

type RevocationStep = 'download' | 'revoke' | 'upload';

/** The numbers of requests in a run. The next run takes those that are `waiting`. */
export interface RevocationRun {
  readonly downloaded: number;
  readonly revoked: number;
  readonly unknown: number;
  readonly answered: number;
  readonly waiting: number;
}

/**
 * Makes one run. A failure is reported, left for the next run, and does not delay other requests.
 * Throws only if the inbox or the table of certificates is unavailable.
 */
export async function revokeRequested(context: RevocationContext): Promise<RevocationRun> {
  const startedAtSeconds = context.nowSeconds();
  const downloaded = await download(context);
  const pending = await context.journal.pending(context.batch);
  const results: RevocationResult[] = [];
  const endsAtSeconds = startedAtSeconds + context.maxCaSeconds;
  for (const request of pending) {
    const isLate = context.nowSeconds() >= endsAtSeconds;
    const result = request.result ?? (isLate ? undefined : await revokeAndRecord(request, context));
    if (result) results.push(result);
  }
  const count = await upload(results, context);
  const revoked = results.filter(({ succeeded }) => succeeded).length;
  return {
    downloaded,
    revoked,
    unknown: results.length - revoked,
    answered: count,
    waiting: pending.length - count,
  };
}

/**
 * Downloads and stores requests; returns their number. If Microsoft's download fails, the run
 * continues with the inbox.
 */
async function download({ intune, journal, report, ...context }: RevocationContext) {
  const requests = await intune.downloadRevocations(context.batch).catch((error: unknown) => {
    report({ step: 'download', error });
    return [];
  });
  let stored = 0;
  for (const request of requests) {
    if (!(await isOurs(request, context))) continue;
    await journal.open(request);
    stored += 1;
  }
  return stored;
}

/**
 * Whether this connector answers the request. "Not found" for another CA's request would end that
 * request. A request that names no CA is ours if we issued the certificate.
 */
async function isOurs(
  { caConfiguration, serialNumber }: RevocationRequest,
  context: Pick<RevocationContext, 'caConfiguration' | 'certificates'>,
): Promise<boolean> {
  if (caConfiguration !== undefined) return caConfiguration === context.caConfiguration;
  const key = readSerial(serialNumber);
  return key !== undefined && (await context.certificates.find(key)) !== undefined;
}

/**
 * Revokes a certificate and stores the result. Undefined if the CA failed: there is no result yet.
 */
async function revokeAndRecord(
  { request }: PendingRevocation,
  context: RevocationContext,
): Promise<RevocationResult | undefined> {
  const result = await revoke(request, context);
  if (result) await context.journal.record(result);
  return result;
}

async function revoke(
  { requestContext, serialNumber }: RevocationRequest,
  { certificates, ca, nowSeconds, report }: RevocationContext,
): Promise<RevocationResult | undefined> {
  const key = readSerial(serialNumber);
  if (key === undefined) return { requestContext, succeeded: false, error: 'notSupported' };
  const certificate = await certificates.find(key);
  if (certificate === undefined)
    return { requestContext, succeeded: false, error: 'certificateNotFound' };
  // An interrupted run or an operator revoked it, which is the result that Intune requests.
  if (certificate.revokedAtSeconds !== undefined) return { requestContext, succeeded: true };
  try {
    await ca.revoke(certificate.serialHex);
  } catch (error) {
    report({ step: 'revoke', error });
    return undefined;
  }
  await certificates.markRevoked(key, nowSeconds());
  return { requestContext, succeeded: true };
}

/**
 * Uploads all results at once; returns how many Intune accepted. If Intune refuses them, uploads
 * them one by one, so that a bad result delays no other.
 */
async function upload(
  results: readonly RevocationResult[],
  context: RevocationContext,
): Promise<number> {
  if (results.length === 0) return 0;
  const taken = await uploadBatch(results, context);
  if (taken !== 'refused' || results.length === 1) return taken === 'taken' ? results.length : 0;
  let count = 0;
  for (const result of results) {
    const reply = await uploadBatch([result], context);
    if (reply === 'unknown') break;
    if (reply === 'taken') count += 1;
  }
  return count;
}

async function uploadBatch(
  results: readonly RevocationResult[],
  { intune, journal, report }: RevocationContext,
): Promise<'taken' | 'refused' | 'unknown'> {
  try {
    const isTaken = await intune.uploadRevocationResults(results);
    if (!isTaken) {
      report({ step: 'upload', error: new Fault('ResultsRefused') });
      return 'refused';
    }
  } catch (error) {
    report({ step: 'upload', error });
    return 'unknown';
  }
  for (const { requestContext } of results) await journal.close(requestContext);
  return 'taken';
}
