/** Which devices came, and why one got no certificate. */
import type { EnrolmentView } from '../administration.ts';
import { renderButton, renderPill, renderTable, renderTime, type Viewed } from './elements.ts';
import { type Html, html } from './html.ts';
import { explainReason } from './reasons.ts';
import { clipText } from './words.ts';

const heads = ['Time', 'Outcome', 'Device', 'Challenge', 'What happened'];

/** The table. `names` are those of the challenges that are known without asking. */
export const renderEnrolmentTable = (
  viewed: Viewed,
  enrolments: readonly EnrolmentView[],
  names: ReadonlyMap<string, string>,
  none: string,
): Html =>
  renderTable(
    heads,
    enrolments.map((each) => row(viewed, each, names)),
    none,
  );

function row(
  viewed: Viewed,
  enrolment: EnrolmentView,
  names: ReadonlyMap<string, string>,
): readonly Html[] {
  const { atSeconds, outcome } = enrolment;
  const isIssued = outcome === 'issued';
  return [
    html`<td class="line">${renderTime(viewed, atSeconds)}</td>`,
    html`<td>${isIssued ? renderPill('good', 'Issued') : renderPill('bad', 'Refused')}</td>`,
    html`<td>${enrolment.count === undefined ? device(enrolment) : unopened(enrolment)}</td>`,
    html`<td class="line">${challengeOf(viewed, enrolment, names)}</td>`,
    html`<td>${isIssued ? issued(enrolment) : refused(enrolment)}</td>`,
  ];
}

const device = ({ subject, transactionId }: EnrolmentView): Html =>
  html`<span class="clip" title="${subject}">${clipText(subject ?? 'no subject', 80)}</span>${
    transactionId &&
    html`<br><span class="quiet" title="${transactionId}">transaction ${clipText(transactionId, 17)}</span>`
  }`;

/** Requests of one source and hour that were refused before they could be read. */
const unopened = ({ count = 1, source }: EnrolmentView): Html =>
  html`<span class="quiet">${count === 1 ? 'one request' : `${count} requests within an hour`}, source ${source}</span>`;

function challengeOf(
  viewed: Viewed,
  { challengeId }: EnrolmentView,
  names: ReadonlyMap<string, string>,
): Html {
  const { connector } = viewed.request;
  if (challengeId === undefined || connector === undefined)
    return html`<span class="quiet">none that is known</span>`;
  const label = clipText(names.get(challengeId) ?? challengeId.slice(0, 8), 32);
  const asks = { view: 'challenge', connector, challenge: challengeId } as const;
  return html`<span title="${challengeId}">${renderButton(viewed, { label, asks, looks: 'plain' })}</span>`;
}

const issued = ({ serialHex }: EnrolmentView): Html =>
  html`Certificate <code>${serialHex ?? 'without a number'}</code>`;

function refused({ code, failInfo, refused: name }: EnrolmentView): Html {
  const reason = code && explainReason(code, name);
  if (!reason)
    return html`Refused for a reason this panel does not know${code && html`: <code>${code}</code>`}`;
  const heard = failInfo && html`the device received ${failInfo}; `;
  return html`<strong>${reason.why}.</strong> ${reason.next}<br><span class="quiet">${heard}code ${code}</span>`;
}
