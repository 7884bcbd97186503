/** The first view, which shows a connector, its challenges and its recent enrolments. */
import type { Administration, ChallengeView, ConnectorView } from '../administration.ts';
import { renderChallengeTable } from './challenge-table.ts';
import { type Button, renderButton, renderFacts, type ViewContext } from './elements.ts';
import { renderEnrolmentTable } from './enrolment-table.ts';
import { filterPages } from './filter-pages.ts';
import { type Html, html } from './html.ts';
import { getTitle } from './words.ts';

const challengesPerPage = 20;
const enrolmentsPerPage = 15;
/** “Refused only” reads at most ten pages of this size for one answer. */
const filteredPerPage = 100;
const maxPages = 10;

/** Renders both tables. If one cannot be read, the view still shows the other. */
export async function listView(
  context: ViewContext,
  connector: ConnectorView,
  administration: Administration,
): Promise<Html> {
  const [challenges, enrolments] = await Promise.allSettled([
    readChallenges(context, connector, administration),
    readEnrolments(context, connector, administration),
  ]);
  const known = challenges.status === 'fulfilled' ? challenges.value.challenges : [];
  const names = new Map(known.map((each) => [each.challengeId, getTitle(each)]));
  const renderUnreadable = (error: unknown) => [
    context.logAndRenderFault(error),
    renderFirstPageButton(context, connector),
  ];
  return html`${renderConnector(connector)}
<section>${renderChallengeBar(context, connector)}${
    challenges.status === 'fulfilled'
      ? renderChallenges(context, connector, challenges.value)
      : renderUnreadable(challenges.reason)
  }</section>
<section>${renderEnrolmentBar(context, connector)}${
    enrolments.status === 'fulfilled'
      ? renderEnrolments(context, connector, enrolments.value, names)
      : renderUnreadable(enrolments.reason)
  }</section>`;
}

const readChallenges = (
  { request }: ViewContext,
  { connectorId }: ConnectorView,
  administration: Administration,
) =>
  administration.listChallenges(connectorId, {
    limit: challengesPerPage,
    ...(request.after !== undefined && { after: request.after }),
  });

async function readEnrolments(
  { request }: ViewContext,
  { connectorId }: ConnectorView,
  administration: Administration,
) {
  const onlyRefused = request.only === 'refused';
  const pageAt = async (before: string | undefined) => {
    const limit = onlyRefused ? filteredPerPage : enrolmentsPerPage;
    const page = await administration.listEnrolments(connectorId, {
      limit,
      ...(before !== undefined && { before }),
    });
    return { items: page.enrolments, next: page.next };
  };
  return filterPages(pageAt, ({ outcome }) => !onlyRefused || outcome === 'refused', {
    minItems: enrolmentsPerPage,
    maxPages: onlyRefused ? maxPages : 1,
    from: request.before,
  });
}

/** The settings that an MDM profile needs, apart from a password. */
const renderConnector = ({ scepUrl, certificateAuthorityArn, type }: ConnectorView): Html =>
  renderFacts([
    ['SCEP URL', html`<code>${scepUrl}</code>`],
    ['Certificate authority', html`<code>${certificateAuthorityArn}</code>`],
    ['For devices of', type === 'INTUNE' ? 'Microsoft Intune' : 'any MDM'],
  ]);

function renderChallengeBar(context: ViewContext, { connectorId: connector }: ConnectorView): Html {
  return html`<div class="bar"><h2>Challenges</h2><form><input type="text" name="find" maxlength="256" placeholder="Name, id or ARN" /></form>${renderButton(
    context,
    { label: 'Find', parameters: { view: 'find', connector } },
  )} ${renderButton(context, { label: 'Create challenge…', parameters: { view: 'create', connector }, className: 'btn btn-primary' })}</div>`;
}

function renderChallenges(
  context: ViewContext,
  { connectorId: connector }: ConnectorView,
  { challenges, next }: { readonly challenges: readonly ChallengeView[]; readonly next?: string },
): Html {
  const { before, only, after } = context.request;
  const kept = { connector, ...(before && { before }), ...(only && { only }) };
  const none =
    after === undefined
      ? 'No challenge yet. Create one; devices enrol with its password.'
      : 'No more challenges.';
  return html`${renderChallengeTable(context, challenges, none)}${renderPager(context, [
    after !== undefined && { label: 'Newest', parameters: kept },
    next !== undefined && { label: 'Older', parameters: { ...kept, after: next } },
  ])}`;
}

function renderEnrolmentBar(context: ViewContext, { connectorId: connector }: ConnectorView): Html {
  const { after, only } = context.request;
  const kept = { connector, ...(after && { after }) };
  const renderTab = (
    label: string,
    isCurrent: boolean,
    parameters: typeof kept & { readonly only?: 'refused' },
  ): Html =>
    isCurrent
      ? html`<a class="current">${label}</a>`
      : renderButton(context, { label, parameters, className: 'tab' });
  return html`<div class="bar"><h2>Recent enrolments</h2>${renderTab('All', only === undefined, kept)}${renderTab(
    'Refused only',
    only === 'refused',
    { ...kept, only: 'refused' },
  )}</div>`;
}

function renderEnrolments(
  context: ViewContext,
  { connectorId: connector }: ConnectorView,
  { items, next }: Awaited<ReturnType<typeof readEnrolments>>,
  names: ReadonlyMap<string, string>,
): Html {
  const { after, only, before } = context.request;
  const kept = { connector, ...(after && { after }), ...(only && { only }) };
  const none =
    next === undefined ? 'No enrolments.' : 'No enrolments on this page. Older ones exist.';
  return html`${renderEnrolmentTable(context, items, names, none)}${renderPager(context, [
    before !== undefined && { label: 'Latest', parameters: kept },
    next !== undefined && { label: 'Earlier', parameters: { ...kept, before: next } },
  ])}`;
}

const renderPager = (context: ViewContext, buttons: readonly (Button | false)[]): Html =>
  html`<p class="pager">${buttons.filter((each) => each !== false).map((each) => html`${renderButton(context, each)} `)}</p>`;

/** Leads away from a page whose position is no longer valid. */
const renderFirstPageButton = (context: ViewContext, { connectorId }: ConnectorView): Html =>
  html`<p>${renderButton(context, { label: 'First page', parameters: { connector: connectorId } })}</p>`;
