/** The first view: a connector, its challenges, and who enrolled or did not. */
import type { Administration, ChallengeView, ConnectorView } from '../administration.ts';
import { renderChallengeTable } from './challenge-table.ts';
import { renderButton, renderFacts, type Viewed } from './elements.ts';
import { renderEnrolmentTable } from './enrolment-table.ts';
import { filterPages } from './filter-pages.ts';
import { type Html, html } from './html.ts';
import { getTitle } from './words.ts';

const challengesAPage = 20;
const enrolmentsAPage = 15;
/** How far “refused only” looks before it answers. */
const siftedAPage = 100;
const maxPages = 10;

/** Both tables. Where one cannot be read the other is shown all the same. */
export async function listView(
  viewed: Viewed,
  connector: ConnectorView,
  administration: Administration,
): Promise<Html> {
  const [challenges, enrolments] = await Promise.allSettled([
    challengesOf(viewed, connector, administration),
    enrolmentsOf(viewed, connector, administration),
  ]);
  const known = challenges.status === 'fulfilled' ? challenges.value.challenges : [];
  const names = new Map(known.map((each) => [each.challengeId, getTitle(each)]));
  return html`${connectorFacts(connector)}
<section>${challengeBar(viewed, connector)}${
    challenges.status === 'fulfilled'
      ? challengePart(viewed, connector, challenges.value)
      : [viewed.fault(challenges.reason), firstPage(viewed, connector)]
  }</section>
<section>${enrolmentBar(viewed, connector)}${
    enrolments.status === 'fulfilled'
      ? enrolmentPart(viewed, connector, enrolments.value, names)
      : [viewed.fault(enrolments.reason), firstPage(viewed, connector)]
  }</section>`;
}

const challengesOf = (
  { request }: Viewed,
  { connectorId }: ConnectorView,
  administration: Administration,
) =>
  administration.challenges(connectorId, {
    limit: challengesAPage,
    ...(request.after !== undefined && { after: request.after }),
  });

async function enrolmentsOf(
  { request }: Viewed,
  { connectorId }: ConnectorView,
  administration: Administration,
) {
  const onlyRefused = request.only === 'refused';
  const pageAt = async (before: string | undefined) => {
    const limit = onlyRefused ? siftedAPage : enrolmentsAPage;
    const page = await administration.enrolments(connectorId, {
      limit,
      ...(before !== undefined && { before }),
    });
    return { items: page.enrolments, next: page.next };
  };
  return filterPages(pageAt, ({ outcome }) => !onlyRefused || outcome === 'refused', {
    wanted: enrolmentsAPage,
    maxPages: onlyRefused ? maxPages : 1,
    from: request.before,
  });
}

/** What an MDM profile needs besides a password. */
const connectorFacts = ({ scepUrl, certificateAuthorityArn, type }: ConnectorView): Html =>
  renderFacts([
    ['SCEP URL', html`<code>${scepUrl}</code>`],
    ['Certificate authority', html`<code>${certificateAuthorityArn}</code>`],
    ['For', type === 'INTUNE' ? 'Microsoft Intune' : 'any MDM'],
  ]);

function challengeBar(viewed: Viewed, { connectorId: connector }: ConnectorView): Html {
  return html`<div class="bar"><h2>Challenges</h2><form><input type="text" name="find" maxlength="256" placeholder="Name, id or ARN" /></form>${renderButton(
    viewed,
    { label: 'Find', asks: { view: 'find', connector } },
  )} ${renderButton(viewed, { label: 'Create challenge…', asks: { view: 'create', connector }, looks: 'btn btn-primary' })}</div>`;
}

function challengePart(
  viewed: Viewed,
  { connectorId: connector }: ConnectorView,
  { challenges, next }: { readonly challenges: readonly ChallengeView[]; readonly next?: string },
): Html {
  const { before, only, after } = viewed.request;
  const kept = { connector, ...(before && { before }), ...(only && { only }) };
  const none =
    after === undefined
      ? 'No challenge yet. Create one: devices enrol with its password.'
      : 'No more challenges.';
  return html`${renderChallengeTable(viewed, challenges, none)}${pager(viewed, [
    after !== undefined && { label: 'Newest', asks: kept },
    next !== undefined && { label: 'Older', asks: { ...kept, after: next } },
  ])}`;
}

function enrolmentBar(viewed: Viewed, { connectorId: connector }: ConnectorView): Html {
  const { after, only } = viewed.request;
  const kept = { connector, ...(after && { after }) };
  const tab = (
    label: string,
    isHere: boolean,
    asks: typeof kept & { readonly only?: 'refused' },
  ): Html =>
    isHere
      ? html`<a class="here">${label}</a>`
      : renderButton(viewed, { label, asks, looks: 'there' });
  return html`<div class="bar"><h2>Recent enrolments</h2>${tab('All', only === undefined, kept)}${tab(
    'Refused only',
    only === 'refused',
    { ...kept, only: 'refused' },
  )}</div>`;
}

function enrolmentPart(
  viewed: Viewed,
  { connectorId: connector }: ConnectorView,
  { items, next }: Awaited<ReturnType<typeof enrolmentsOf>>,
  names: ReadonlyMap<string, string>,
): Html {
  const { after, only, before } = viewed.request;
  const kept = { connector, ...(after && { after }), ...(only && { only }) };
  const none = next === undefined ? 'No enrolment to show.' : 'None here; there are older ones.';
  return html`${renderEnrolmentTable(viewed, items, names, none)}${pager(viewed, [
    before !== undefined && { label: 'Latest', asks: kept },
    next !== undefined && { label: 'Earlier', asks: { ...kept, before: next } },
  ])}`;
}

type Turn = Parameters<typeof renderButton>[1];

const pager = (viewed: Viewed, turns: readonly (Turn | false)[]): Html =>
  html`<p class="pager">${turns.filter((each) => each !== false).map((each) => html`${renderButton(viewed, each)} `)}</p>`;

/** The way out of a page that is no longer there. */
const firstPage = (viewed: Viewed, { connectorId }: ConnectorView): Html =>
  html`<p>${renderButton(viewed, { label: 'First page', asks: { connector: connectorId } })}</p>`;
