/** Renders errors with the next step for the admin. An internal error shows a generic message. */
import { AdminFault, type AdminFaultName } from '../api/fault.ts';
import { renderNotice } from './elements.ts';
import { type Html, html } from './html.ts';

const nextSteps: Readonly<Record<AdminFaultName, string>> = {
  ValidationException: 'Nothing was changed. Correct the value and try again.',
  BadRequestException: 'Nothing was changed. Go back to the list and try again.',
  ResourceNotFoundException: 'It may have been revoked meanwhile. Refresh the widget.',
  AccessDeniedException: 'Ask the platform team for the permission.',
  ConflictException: 'It has changed meanwhile. Refresh the widget, then try again.',
  InternalServerException: 'Refresh the widget to see its state, then try again in a minute.',
};

const outage =
  'An internal error occurred. Refresh the widget to see its state, then try again in a minute. If the error persists, search the log of this function for event = "panel".';

/** Renders an error as a notice. */
export function renderFault(error: unknown): Html {
  if (!(error instanceof AdminFault)) return renderNotice('bad', outage);
  return renderNotice('bad', html`<strong>${error.message}.</strong> `, nextSteps[error.name]);
}

/** The fields of the log line: an outcome and a code, never an SDK's message. */
export const describeFaultForLog = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof AdminFault
    ? { outcome: 'refused', code: error.name }
    : { outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' };
