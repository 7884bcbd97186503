/**
 * Finds a challenge among ten thousand: by id or ARN at once, by a part of its name within bounds.
 */
import type { Administration, ChallengeView, ConnectorView } from '../administration.ts';
import { renderChallengeTable } from './challenge-table.ts';
import { renderButton, renderNotice, type Viewed } from './elements.ts';
import { filterPages } from './filter-pages.ts';
import { readSearchText } from './form.ts';
import { type Html, html } from './html.ts';

const shown = 50;
/** Ten queries of a megabyte at most: a few seconds, within the function's twenty. */
const challengesAPage = 1000;
const maxPages = 10;

/** The challenges found. Throws `AdminFault` for an invalid search, and for an unknown id. */
export async function findView(
  viewed: Viewed,
  { connectorId: connector }: ConnectorView,
  administration: Administration,
): Promise<Html> {
  const sought = readSearchText(viewed.request.form);
  const id = /(?:^|\/challenge\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(sought)?.[1];
  const { found, isAll } = id
    ? { found: [await administration.challenge(connector, id)], isAll: true }
    : await byName(sought, connector, administration);
  const none = `No challenge whose name holds “${sought}”.`;
  return html`<section><div class="bar"><h2>Found <small>“${sought}”</small></h2>${renderButton(
    viewed,
    {
      label: 'All challenges',
      asks: { connector },
    },
  )}</div>${renderChallengeTable(viewed, found.slice(0, shown), none)}${
    isAll && found.length <= shown
      ? undefined
      : renderNotice(
          'idle',
          `There may be more: the newest ${shown} of what was found are shown. Enter more of the name.`,
        )
  }</section>`;
}

async function byName(sought: string, connectorId: string, administration: Administration) {
  const wanted = sought.toLowerCase();
  const holds = ({ name = '' }: ChallengeView): boolean => name.toLowerCase().includes(wanted);
  const pageAt = async (after: string | undefined) => {
    const page = await administration.challenges(connectorId, {
      limit: challengesAPage,
      ...(after !== undefined && { after }),
    });
    return { items: page.challenges, next: page.next };
  };
  const { items, next } = await filterPages(pageAt, holds, { wanted: shown, maxPages });
  return { found: items, isAll: next === undefined };
}
