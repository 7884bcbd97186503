import type { Enrolled } from './enrolment.ts';
import type { ScepClientError } from './errors.ts';
import type { EnrolmentFolder } from './folder.ts';

/** How an enrolment ended, for a person or, as JSON, for a program. No secret is in it. */
export function describeResult(result: Enrolled, files: EnrolmentFolder, json: boolean): string {
  if (result.status === 'FAILURE') return describeFailure(result, json);
  const { subject, validTo } = result.certificate;
  // As the server's list of enrolments and ACM PCA's ARNs have it; OpenSSL prints it in either
  // case.
  const serialNumber = result.certificate.serialNumber.toLowerCase();
  const { certificate, key, chain } = files;
  const { status, transactionId } = result;
  if (json) {
    const notAfter = new Date(validTo).toISOString();
    const facts = { status, transactionId, subject, serialNumber, notAfter };
    return JSON.stringify({ ...facts, certificate, key, chain });
  }
  const name = subject.split('\n').join(', ');
  const files_ = [`  certificate ${certificate}`, `  chain       ${chain}`, `  key         ${key}`];
  return [`Enrolled ${name} (serial ${serialNumber}, until ${validTo}).`, ...files_].join('\n');
}

/** A fault that left no answer of the CA: what happened, and what to do next. */
export function describeFault(error: ScepClientError, json: boolean): string {
  const { code, message, advice } = error;
  if (json) return JSON.stringify({ status: 'ERROR', code, message, advice });
  return `${message}\n${advice}`;
}

function describeFailure(
  { failInfo, failInfoText, transactionId }: Extract<Enrolled, { status: 'FAILURE' }>,
  json: boolean,
): string {
  if (json) {
    const { name, meaning, fix } = failInfo;
    const facts = { status: 'FAILURE', transactionId, failInfo: name, meaning, fix };
    return JSON.stringify({ ...facts, failInfoText });
  }
  // The text is the server's: shown without control characters, which could rewrite the terminal.
  const said = failInfoText?.replace(/\p{Cc}/gu, '�').slice(0, 300);
  return [
    `Refused: ${failInfo.name}, ${failInfo.meaning}.`,
    ...(said ? [`The server says: ${said}`] : []),
    `To fix it: ${failInfo.fix}.`,
  ].join('\n');
}
