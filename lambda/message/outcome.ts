/** The outcome of a request, which its CertRep reports. */
import type { RefusalCode } from '../core/errors.ts';

export type Outcome =
  | { readonly status: 'issued'; readonly certificate: Uint8Array }
  | {
      readonly status: 'refused';
      readonly code: RefusalCode;
      /** The refused algorithm, type or name, for the log line; see `Refusal.refused`. */
      readonly refused?: string;
    }
  | { readonly status: 'pending' };
