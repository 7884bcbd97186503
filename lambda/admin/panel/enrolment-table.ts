/** The table of recent enrolments, with the reason for each refusal. */
import type { EnrolmentView } from '../administration.ts';
import { renderButton, renderPill, renderTable, renderTime, type ViewContext } from './elements.ts';
import { type Html, html } from './html.ts';
import { explainReason } from './reasons.ts';
import { clipText } from './words.ts';

const headings = ['Time', 'Outcome', 'Device', 'Challenge', 'Details'];

/**
 * Renders the table. `names` are the titles of challenges by id, as far as they are already known;
 * `none` is the sentence in an empty table.
 */
export const renderEnrolmentTable = (
  context: ViewContext,
  enrolments: readonly EnrolmentView[],
  names: ReadonlyMap<string, string>,
  none: string,
): Html =>
  renderTable(
    headings,
    enrolments.map((each) => renderRow(context, each, names)),
    none,
  );

function renderRow(
  context: ViewContext,
  enrolment: EnrolmentView,
  names: ReadonlyMap<string, string>,
): readonly Html[] {
  const { atSeconds, outcome } = enrolment;
  const isIssued = outcome === 'issued';
  return [
    html`<td class="line">${renderTime(context, atSeconds)}</td>`,
    html`<td>${isIssued ? renderPill('good', 'Issued') : renderPill('bad', 'Refused')}</td>`,
    html`<td>${enrolment.count === undefined ? renderDevice(enrolment) : renderCount(enrolment)}</td>`,
    html`<td class="line">${renderChallengeLink(context, enrolment, names)}</td>`,
    html`<td>${isIssued ? renderCertificate(enrolment) : renderReason(enrolment)}</td>`,
  ];
}

const renderDevice = ({ subject, transactionId }: EnrolmentView): Html =>
  html`<span class="clip" title="${subject}">${clipText(subject ?? 'no subject', 80)}</span>${
    transactionId &&
    html`<br><span class="quiet" title="${transactionId}">transaction ${clipText(transactionId, 17)}</span>`
  }`;

/** Requests from one source within an hour, which were refused before they were opened. */
const renderCount = ({ count = 1, source }: EnrolmentView): Html =>
  html`<span class="quiet">${count === 1 ? 'one request' : `${count} requests within an hour`}, source ${source}</span>`;

function renderChallengeLink(
  context: ViewContext,
  { challengeId }: EnrolmentView,
  names: ReadonlyMap<string, string>,
): Html {
  const { connector } = context.request;
  if (challengeId === undefined || connector === undefined)
    return html`<span class="quiet">unknown</span>`;
  const label = clipText(names.get(challengeId) ?? challengeId.slice(0, 8), 32);
  const parameters = { view: 'challenge', connector, challenge: challengeId } as const;
  return html`<span title="${challengeId}">${renderButton(context, { label, parameters, className: 'plain' })}</span>`;
}

const renderCertificate = ({ serialHex }: EnrolmentView): Html =>
  serialHex === undefined
    ? html`Certificate (serial number unknown)`
    : html`Certificate <code>${serialHex}</code>`;

function renderReason({ code, failInfo, refused }: EnrolmentView): Html {
  const reason = code && explainReason(code, refused);
  if (!reason)
    return html`This panel does not know the reason${code && html`: <code>${code}</code>`}`;
  const received = failInfo && html`The device received failInfo ${failInfo}. `;
  return html`<strong>${reason.why}.</strong> ${reason.next}<br><span class="quiet">${received}Code: ${code}</span>`;
}
