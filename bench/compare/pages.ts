/** The pages that hold tables of the comparison, and where. */
import { pricesReadOn } from './prices.ts';
import { listSources } from './sources.ts';
import {
  renderCosts,
  renderCrossoverSentence,
  renderCrossovers,
  renderLongComparison,
  renderPriceList,
  renderShortComparison,
} from './tables.ts';

/** The generated parts of each page, by the name in their markers. */
export const generatedParts: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { comparison: renderShortComparison, costs: renderCrossoverSentence },
  'docs/compare.md': {
    comparison: renderLongComparison,
    costs: renderCosts,
    crossover: renderCrossovers,
    prices: () => `Read on ${pricesReadOn}.\n\n${renderPriceList()}`,
    sources: listSources,
  },
};

/**
 * Replaces the text between `<!-- begin NAME -->` and `<!-- end NAME -->` for every part. Throws
 * for a page without a part's markers.
 */
export function fillPage(page: string, parts: Readonly<Record<string, () => string>>): string {
  return Object.entries(parts).reduce((text, [name, write]) => {
    const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`];
    const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
    if (start < 0 || stop < start) throw new Error(`The page has no markers for "${name}".`);
    return `${text.slice(0, start + begin.length)}${write()}\n${text.slice(stop)}`;
  }, page);
}
