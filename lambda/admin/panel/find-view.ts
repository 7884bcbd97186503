/**
 * Finds a challenge among ten thousand: by id or ARN at once, by a part of its name within bounds.
 */
import type { Administration, ChallengeView, ConnectorView } from '../administration.ts';
import { challengeTable } from './challenge-table.ts';
import { button, notice, type Viewed } from './elements.ts';
import { soughtOf } from './form.ts';
import { type Html, html } from './html.ts';
import { sift } from './sift.ts';

const shown = 50;
/** Ten queries of a megabyte at most: a few seconds, within the function's twenty. */
const challengesAPage = 1000;
const mostPages = 10;

/** The challenges found. Throws `AdminFault` for an invalid search, and for an unknown id. */
export async function findView(
  viewed: Viewed,
  { connectorId: connector }: ConnectorView,
  administration: Administration,
): Promise<Html> {
  const sought = soughtOf(viewed.request.form);
  const id = /(?:^|\/challenge\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(sought)?.[1];
  const { found, isAll } = id
    ? { found: [await administration.challenge(connector, id)], isAll: true }
    : await byName(sought, connector, administration);
  const none = `No challenge whose name holds “${sought}”.`;
  return html`<section><div class="bar"><h2>Found <small>“${sought}”</small></h2>${button(viewed, {
    label: 'All challenges',
    asks: { connector },
  })}</div>${challengeTable(viewed, found.slice(0, shown), none)}${
    isAll && found.length <= shown
      ? undefined
      : notice(
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
  const { items, next } = await sift(pageAt, holds, { wanted: shown, mostPages });
  return { found: items, isAll: next === undefined };
}
