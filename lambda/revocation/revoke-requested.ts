/**
 * Certificates that Intune wants revoked: download, revoke, upload the results. Every step is
 * journalled before the next one begins. So the next run continues one that was cut short, and
 * loses no request that Microsoft returned once.
 */
import { Fault } from '../errors.ts';
import type {
  IntuneRevocations,
  IssuedCertificates,
  PendingRevocation,
  PrivateCa,
  RevocationJournal,
  RevocationRequest,
  RevocationResult,
} from '../ports.ts';
import { readSerial } from '../serial-number.ts';

/** The dependencies of a run. */
export interface RevocationContext {
  readonly intune: IntuneRevocations;
  readonly journal: RevocationJournal;
  readonly certificates: IssuedCertificates;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  /**
   * The `caConfiguration` by which `notifySuccess` named this connector's CA: the queue is the
   * whole tenant's.
   */
  readonly caConfiguration: string;
  /** At most so many requests a run, 1 to 500; the next run takes the rest. */
  readonly batch: number;
  /**
   * How long a run calls the CA. Then it uploads its results, so that a CA that hangs holds up no
   * answer.
   */
  readonly longestSeconds: number;
  readonly nowSeconds: () => number;
  /** Receives what is left for the next run; errors of ports only, which hold no secret. */
  readonly report: (problem: { readonly step: RevocationStep; readonly error: unknown }) => void;
}

type RevocationStep = 'download' | 'revoke' | 'upload';

/** The result of a run. `waiting` ones are left for the next run. */
export interface RevocationRun {
  readonly downloaded: number;
  readonly revoked: number;
  readonly unknown: number;
  readonly answered: number;
  readonly waiting: number;
}

/**
 * One run. A failure is reported and left for the next run, and does not hold up the rest. Throws
 * only if the journal or the table of certificates is down.
 */
export async function revokeRequested(context: RevocationContext): Promise<RevocationRun> {
  const began = context.nowSeconds();
  const downloaded = await download(context);
  const pending = await context.journal.pending(context.batch);
  const results: RevocationResult[] = [];
  const endsAtSeconds = began + context.longestSeconds;
  for (const one of pending) {
    const isLate = context.nowSeconds() >= endsAtSeconds;
    const result = one.result ?? (isLate ? undefined : await answered(one, context));
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

/** During an outage of Microsoft's download the run works on the journal. */
async function download({ intune, journal, report, ...context }: RevocationContext) {
  const requests = await intune.downloadRevocations(context.batch).catch((error: unknown) => {
    report({ step: 'download', error });
    return [];
  });
  let opened = 0;
  for (const request of requests) {
    if (!(await isOurs(request, context))) continue;
    await journal.open(request);
    opened += 1;
  }
  return opened;
}

/**
 * Whether to answer at all. "Not found" to a request for another CA of the tenant would end that
 * request. One that names no CA is ours if we issued the certificate.
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
 * Revokes and records; undefined if the CA was not reached, because Intune then gets no answer yet.
 */
async function answered(
  { request }: PendingRevocation,
  context: RevocationContext,
): Promise<RevocationResult | undefined> {
  const result = await revoked(request, context);
  if (result) await context.journal.record(result);
  return result;
}

async function revoked(
  { requestContext, serialNumber }: RevocationRequest,
  { certificates, ca, nowSeconds, report }: RevocationContext,
): Promise<RevocationResult | undefined> {
  const key = readSerial(serialNumber);
  if (key === undefined) return { requestContext, succeeded: false, error: 'notSupported' };
  const certificate = await certificates.find(key);
  if (certificate === undefined)
    return { requestContext, succeeded: false, error: 'certificateNotFound' };
  // Revoked before, by a run that was cut short or by an operator. That is the result Intune wants.
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
 * All at once. If Intune takes none of them, one by one, so that one bad result holds up no other.
 */
async function upload(
  results: readonly RevocationResult[],
  context: RevocationContext,
): Promise<number> {
  if (results.length === 0) return 0;
  const taken = await uploaded(results, context);
  if (taken !== 'refused' || results.length === 1) return taken === 'taken' ? results.length : 0;
  let count = 0;
  for (const result of results) {
    const fate = await uploaded([result], context);
    if (fate === 'unknown') break;
    if (fate === 'taken') count += 1;
  }
  return count;
}

async function uploaded(
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
