/** Notices of faults, and what to do next. An internal error shows a generic message only. */
import { AdminFault, type AdminFaultName } from '../api/fault.ts';
import { renderNotice } from './elements.ts';
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
export function renderFault(error: unknown): Html {
  if (!(error instanceof AdminFault)) return renderNotice('bad', outage);
  return renderNotice('bad', html`<strong>${error.message}.</strong> `, next[error.name]);
}

/** The log's fields: a code, never an SDK's message. */
export const describeFaultForLog = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof AdminFault
    ? { outcome: 'refused', code: error.name }
    : { outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' };
