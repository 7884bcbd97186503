/** How an enrolment stands when the device is answered. */
import type { RefusalCode } from '../core/errors.ts';

export type Outcome =
  | { readonly status: 'issued'; readonly certificate: Uint8Array }
  | {
      readonly status: 'refused';
      readonly code: RefusalCode;
      /** What was refused (errors.ts, `Refusal.refused`); for the log line. */
      readonly refused?: string;
    }
  | { readonly status: 'pending' };
