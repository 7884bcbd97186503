/**
 * Our failures after a granted validation, as the Intune console shows them: an HRESULT and a
 * sentence.
 */
import type { RefusalCode } from '../core/errors.ts';
import type { IntuneFailure } from '../ports/intune.ts';

/**
 * MS-ERREF section 2.1: a failure (bit 31) of a customer's (bit 29), facility ITF, and our number.
 * As a signed 32-bit integer, which is what Microsoft's Java library sends.
 */
const hResultOf = (number: number): number => 0xa004_0000 | number;

const failures: Readonly<Partial<Record<RefusalCode, IntuneFailure>>> = {
  CertificateRefused: {
    hResult: hResultOf(1),
    errorDescription: 'AWS Private CA refused to issue the certificate.',
  },
  CertificateMismatch: {
    hResult: hResultOf(2),
    errorDescription: 'AWS Private CA issued something else than was granted; it was revoked.',
  },
  CertificateLost: {
    hResult: hResultOf(3),
    errorDescription: 'The order was lost on its way to AWS Private CA; nothing was issued.',
  },
};

const unknownFailure: IntuneFailure = {
  hResult: hResultOf(0xffff),
  errorDescription: 'The certificate was not issued.',
};

/**
 * The report to Intune of a refusal of ours after a granted validation. docs/mdm/intune.md lists
 * the numbers.
 */
export const toIntuneFailure = (code: RefusalCode): IntuneFailure =>
  (Object.hasOwn(failures, code) ? failures[code] : undefined) ?? unknownFailure;
