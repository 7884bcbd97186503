/** Describes the outcome of an enrolment, as text or as JSON. */
import type { Enrolled } from './enrolment.ts';
import type { ScepClientError } from './errors.ts';
import type { EnrolmentFolder } from './folder.ts';

/** Describes the CA's final answer, without any secret. */
export function describeResult(result: Enrolled, files: EnrolmentFolder, json: boolean): string {
  if (result.status === 'FAILURE') return describeFailure(result, json);
  const { subject, validTo } = result.certificate;
  // The server's list of enrolments and ACM PCA's ARNs use lower case.
  const serialNumber = result.certificate.serialNumber.toLowerCase();
  const { certificate, key, chain } = files;
  const { status, transactionId } = result;
  if (json) {
    const notAfter = new Date(validTo).toISOString();
    const facts = { status, transactionId, subject, serialNumber, notAfter };
    return JSON.stringify({ ...facts, certificate, key, chain });
  }
  const name = subject.split('\n').join(', ');
  return [
    `Enrolled ${name} (serial ${serialNumber}, until ${validTo}).`,
    `  certificate ${certificate}`,
    `  chain       ${chain}`,
    `  key         ${key}`,
  ].join('\n');
}

/** Describes an enrolment without a final answer, with the next step for the user. */
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
  // Control characters in the server's text could change the terminal, so they are replaced.
  const serverText = failInfoText?.replace(/\p{Cc}/gu, '�').slice(0, 300);
  return [
    `Refused with ${failInfo.name}: ${failInfo.meaning}.`,
    ...(serverText ? [`Message from the server: ${serverText}`] : []),
    `Next step: ${failInfo.fix}.`,
  ].join('\n');
}
