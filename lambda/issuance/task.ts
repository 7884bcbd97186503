/**
 * What travels through the issuance state machine: one type, each task takes a part of it. Pointers only:
 * the CSR holds the challenge in clear, so it stays, sealed, in the ledger.
 */

import type { Generation } from '../generation.ts';

/** The execution's input. Its name is `generationName` of the same. */
export type IssuanceInput = Generation;

/** After `issue` when its turn at the CA is not yet: `asked` decides between waiting for the turn and `collect`. */
export interface Queued extends IssuanceInput {
  readonly asked: false;
  readonly turnAtMilliseconds: number;
  readonly waitSeconds: number;
}

/** After `issue`: the CA has accepted the request. */
export interface Requested extends IssuanceInput {
  readonly certificateArn: string;
}

/** After `collect`: `ready` decides between the wait loop and `lint`. */
export type Collected =
  | (Requested & { readonly ready: false; readonly looks: number; readonly waitSeconds: number })
  | (Requested & { readonly ready: true; readonly certificatePem: string });

/** After `find`: `found` decides between `collect` and another look, later. */
export type Found =
  | (Requested & { readonly found: true })
  | (IssuanceInput & { readonly found: false; readonly waitSeconds: number });

/** What `notify` and `settle` are given: a linted certificate, or the error that ended a task (the Catch's `$.error`). */
export interface Settlement extends IssuanceInput {
  readonly certificateArn?: string;
  readonly certificatePem?: string;
  readonly error?: { readonly Error: string; readonly Cause?: string };
  /** Intune was told of the certificate, and has nothing against it. */
  readonly isNotified?: boolean;
}

/**
 * The names of the errors by which a task ends an enrolment for good. The state machine catches these and these
 * alone and goes on to `settle`; any other error is an outage, retried and then left to `reconcile`.
 */
export const terminalErrors = [
  'CertificateRefused',
  'CertificateMismatch',
  'CertificateLost',
] as const;

/** The error name by which a task says that the CA asked it to slow down: retried for as long as it takes. */
export const throttledError = 'CertificateAuthorityBusy';

/** The error name by which `issue` says that it must not ask again: `find` looks whether a certificate was made. */
export const unknownError = 'IssuanceUnknown';
