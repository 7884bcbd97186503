/** Searches pages for matching items, a bounded number of pages at a time. */

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** The matching items, and the position of the next page. */
export interface FilteredPage<Item> extends Page<Item> {
  /** Omitted if the search has reached the last page. */
  readonly next?: string;
}

/** The limits of one search. */
export interface FilterLimits {
  /** The search stops at the end of a page once it has found this many items. */
  readonly minItems: number;
  readonly maxPages: number;
  /** The position of the first page to read; the first page by default. */
  readonly from?: string | undefined;
}

/**
 * Reads pages until enough items match. It returns every match on the pages it has read, so that a
 * search from `next` misses none.
 */
export async function filterPages<Item>(
  pageAt: (from: string | undefined) => Promise<Page<Item>>,
  matches: (item: Item) => boolean,
  { minItems, maxPages, from }: FilterLimits,
): Promise<FilteredPage<Item>> {
  const found: Item[] = [];
  let at = from;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const { items, next } = await pageAt(at);
    found.push(...items.filter(matches));
    if (next === undefined) return { items: found };
    at = next;
    if (found.length >= minItems) break;
  }
  return { items: found, ...(at !== undefined && { next: at }) };
}
