/**
 * Every handler, with its timeout and its memory. Memory also sets its processor time: 1,769 MB is
 * one core.
 *
 * - scep: an HTTP API gives up after 30 s, and the deadlines let it answer long before.
 * - certify: a round with its deadlines, Intune included, takes at most 40 s
 *   (lambda/aws/client-defaults.ts, lambda/intune).
 * - dispatch: a run of 65 s (lambda/handlers/dispatch.ts), and a margin for the last starts.
 * - find-lost and revoke: a run of 240 s, and a margin for the last call.
 * - rotate-ra: an RSA key, and a CA that is slow or throttles.
 */
export const handlerLimits = {
  scep: { timeoutSeconds: 29, memoryMegabytes: 1024 },
  certify: { timeoutSeconds: 60, memoryMegabytes: 512 },
  revoke: { timeoutSeconds: 300, memoryMegabytes: 256 },
  'rotate-ra': { timeoutSeconds: 300, memoryMegabytes: 1024 },
  'rotate-challenge': { timeoutSeconds: 60, memoryMegabytes: 512 },
  'mscep-admin': { timeoutSeconds: 20, memoryMegabytes: 512 },
  admin: { timeoutSeconds: 20, memoryMegabytes: 512 },
  panel: { timeoutSeconds: 20, memoryMegabytes: 512 },
  dispatch: { timeoutSeconds: 75, memoryMegabytes: 512 },
  // A role's permissions may take half a minute to hold, and the answer has tries of its own.
  'describe-authority': { timeoutSeconds: 120, memoryMegabytes: 256 },
  'find-lost': { timeoutSeconds: 300, memoryMegabytes: 512 },
} as const;

/** The name of a file in lambda/handlers. */
export type HandlerName = keyof typeof handlerLimits;
