/** Searches pages for matching items, a bounded number of pages at a time. */

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

export interface Sifted<Item> extends Page<Item> {
  /** Where to go on; absent when all was looked at. */
  readonly next?: string;
}

/** How much is looked at before an answer, and how much is enough of one. */
export interface SiftLimits {
  readonly wanted: number;
  readonly maxPages: number;
  readonly from?: string | undefined;
}

/**
 * Reads pages until enough items match. All matches of a page that was read are in, so that going
 * on misses none.
 */
export async function filterPages<Item>(
  pageAt: (from: string | undefined) => Promise<Page<Item>>,
  matches: (item: Item) => boolean,
  { wanted, maxPages, from }: SiftLimits,
): Promise<Sifted<Item>> {
  const found: Item[] = [];
  let at = from;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const { items, next } = await pageAt(at);
    found.push(...items.filter(matches));
    if (next === undefined) return { items: found };
    at = next;
    if (found.length >= wanted) break;
  }
  return { items: found, ...(at !== undefined && { next: at }) };
}
