/** Finds a challenge by its id or ARN, or by a part of its name among the newest ten thousand. */
import type { Administration, ChallengeView, ConnectorView } from '../administration.ts';
import { renderChallengeTable } from './challenge-table.ts';
import { renderButton, renderNotice, type ViewContext } from './elements.ts';
import { filterPages } from './filter-pages.ts';
import { readSearchText } from './form.ts';
import { type Html, html } from './html.ts';

const maxShown = 50;
/** Ten queries of at most a megabyte take a few seconds; the function's timeout is 20 s. */
const challengesPerPage = 1000;
const maxPages = 10;

/** Renders the found challenges. Throws `AdminFault` for an invalid search or an unknown id. */
export async function findView(
  context: ViewContext,
  { connectorId: connector }: ConnectorView,
  administration: Administration,
): Promise<Html> {
  const searchText = readSearchText(context.request.form);
  const id = /(?:^|\/challenge\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    searchText,
  )?.[1];
  const { found, isAll } = id
    ? { found: [await administration.getChallenge(connector, id)], isAll: true }
    : await findByName(searchText, connector, administration);
  const none = `No challenge name contains “${searchText}”.`;
  return html`<section><div class="bar"><h2>Search results <small>“${searchText}”</small></h2>${renderButton(
    context,
    {
      label: 'All challenges',
      parameters: { connector },
    },
  )}</div>${renderChallengeTable(context, found.slice(0, maxShown), none)}${
    isAll && found.length <= maxShown
      ? undefined
      : renderNotice(
          'idle',
          `The list shows the newest ${maxShown} matches, and there may be more. Enter a longer part of the name.`,
        )
  }</section>`;
}

async function findByName(searchText: string, connectorId: string, administration: Administration) {
  const part = searchText.toLowerCase();
  const matches = ({ name = '' }: ChallengeView): boolean => name.toLowerCase().includes(part);
  const pageAt = async (after: string | undefined) => {
    const page = await administration.listChallenges(connectorId, {
      limit: challengesPerPage,
      ...(after !== undefined && { after }),
    });
    return { items: page.challenges, next: page.next };
  };
  const { items, next } = await filterPages(pageAt, matches, { minItems: maxShown, maxPages });
  return { found: items, isAll: next === undefined };
}
