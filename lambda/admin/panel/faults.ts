/** What went wrong, and what to do next. An error of ours is told by nothing but that there was one. */
import { AdminFault, type AdminFaultName } from '../fault.ts';
import { notice } from './elements.ts';
import { type Html, html } from './html.ts';

const next: Readonly<Record<AdminFaultName, string>> = {
  ValidationException: 'Correct it and try again; nothing was changed.',
  BadRequestException: 'Go back to the list and try again; nothing was changed.',
  ResourceNotFoundException: 'It may have been revoked meanwhile: refresh the widget.',
  AccessDeniedException: 'Ask the platform team for the right to do it.',
  ConflictException: 'Refresh the widget: it changed meanwhile; then try again.',
  InternalServerException: 'Try again in a minute; refresh the widget to see what was done.',
};

const outage =
  'Something failed on our side. Try again in a minute; refresh the widget to see what was done. If it stays, look for event = "panel" in the log of this function.';

/** A notice of it. */
export function faultNotice(error: unknown): Html {
  if (!(error instanceof AdminFault)) return notice('bad', outage);
  return notice('bad', html`<strong>${error.message}.</strong> `, next[error.name]);
}

/** What the log is told: a code, never a message of an SDK's. */
export const faultLine = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof AdminFault
    ? { outcome: 'refused', code: error.name }
    : { outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' };
