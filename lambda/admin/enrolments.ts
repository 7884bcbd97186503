/** How the requests of one connector ended. */
import type { InConnector } from './administer.ts';
import type { EnrolmentView } from './administration.ts';
import { createValidationFault } from './api/fault.ts';
import { toEnrolmentView } from './views.ts';

/**
 * One page, the newest first. It may be empty and have a next one, because a page covers a bounded
 * number of days.
 */
export async function listEnrolments(
  { connectorId, history, nowSeconds }: InConnector,
  page: { readonly limit: number; readonly before?: string },
): Promise<{ readonly enrolments: readonly EnrolmentView[]; readonly next?: string }> {
  try {
    const { entries, next } = await history.list(connectorId, page, nowSeconds());
    return { enrolments: entries.map(toEnrolmentView), ...(next && { next }) };
  } catch (error) {
    if (error instanceof Error && error.message === 'PositionUnreadable')
      throw createValidationFault('before: a position that an earlier page gave');
    throw error;
  }
}
