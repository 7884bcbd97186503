/** ListEnrolments: the outcomes of the requests to one connector. */
import type { EnrolmentView } from './administration.ts';
import { createValidationFault } from './api/fault.ts';
import type { ConnectorContext } from './connector-context.ts';
import { toEnrolmentView } from './to-views.ts';

/**
 * Returns one page, the newest outcome first. An empty page can have a next page, because a page
 * covers a bounded number of days. Throws `ValidationException` for a `before` that no page
 * returned.
 */
export async function listEnrolments(
  { connectorId, history, nowSeconds }: ConnectorContext,
  page: { readonly limit: number; readonly before?: string },
): Promise<{ readonly enrolments: readonly EnrolmentView[]; readonly next?: string }> {
  try {
    const { entries, next } = await history.list(connectorId, page, nowSeconds());
    return { enrolments: entries.map(toEnrolmentView), ...(next && { next }) };
  } catch (error) {
    if (error instanceof Error && error.message === 'PositionUnreadable')
      throw createValidationFault('before must be a position from an earlier page');
    throw error;
  }
}
