/** Our failures after a granted validation, as the Intune console shows them. */
import type { RefusalCode } from '../core/errors.ts';
import type { IntuneFailure } from '../ports/intune.ts';

/**
 * A failure (bit 31) that a customer defined (bit 29), with the facility ITF and our number
 * (MS-ERREF section 2.1). It is a signed 32-bit integer, as Microsoft's Java library sends it.
 */
const toHResult = (number: number): number => 0xa004_0000 | number;

const failures: Readonly<Partial<Record<RefusalCode, IntuneFailure>>> = {
  CertificateRefused: {
    hResult: toHResult(1),
    errorDescription: 'AWS Private CA refused to issue the certificate.',
  },
  CertificateMismatch: {
    hResult: toHResult(2),
    errorDescription: 'AWS Private CA issued something else than was granted; it was revoked.',
  },
  CertificateLost: {
    hResult: toHResult(3),
    errorDescription: 'The order was lost on its way to AWS Private CA; nothing was issued.',
  },
};

const unknownFailure: IntuneFailure = {
  hResult: toHResult(0xffff),
  errorDescription: 'The certificate was not issued.',
};

/** The failure that Intune gets for one of our refusals. docs/mdm/intune.md lists the numbers. */
export const toIntuneFailure = (code: RefusalCode): IntuneFailure =>
  (Object.hasOwn(failures, code) ? failures[code] : undefined) ?? unknownFailure;
