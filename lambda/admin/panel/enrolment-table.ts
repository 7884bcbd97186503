/** Which devices came, and why one got no certificate. */
import type { EnrolmentView } from '../administration.ts';
import { button, pill, table, type Viewed, when } from './elements.ts';
import { type Html, html } from './html.ts';
import { reasonOf } from './reasons.ts';
import { clipped } from './words.ts';

const heads = ['Time', 'Outcome', 'Device', 'Challenge', 'What happened'];

/** The table. `names` are those of the challenges that are known without asking. */
export const enrolmentTable = (
  viewed: Viewed,
  enrolments: readonly EnrolmentView[],
  names: ReadonlyMap<string, string>,
  none: string,
): Html =>
  table(
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
    html`<td class="line">${when(viewed, atSeconds)}</td>`,
    html`<td>${isIssued ? pill('good', 'Issued') : pill('bad', 'Refused')}</td>`,
    html`<td>${enrolment.count === undefined ? device(enrolment) : unopened(enrolment)}</td>`,
    html`<td class="line">${challengeOf(viewed, enrolment, names)}</td>`,
    html`<td>${isIssued ? issued(enrolment) : refused(enrolment)}</td>`,
  ];
}

const device = ({ subject, transactionId }: EnrolmentView): Html =>
  html`<span class="clip" title="${subject}">${clipped(subject ?? 'no subject', 80)}</span>${
    transactionId &&
    html`<br><span class="quiet" title="${transactionId}">transaction ${clipped(transactionId, 17)}</span>`
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
  const label = clipped(names.get(challengeId) ?? challengeId.slice(0, 8), 32);
  const asks = { view: 'challenge', connector, challenge: challengeId } as const;
  return html`<span title="${challengeId}">${button(viewed, { label, asks, looks: 'plain' })}</span>`;
}

const issued = ({ serialHex }: EnrolmentView): Html =>
  html`Certificate <code>${serialHex ?? 'without a number'}</code>`;

function refused({ code, failInfo, refused: name }: EnrolmentView): Html {
  const reason = code && reasonOf(code, name);
  if (!reason)
    return html`Refused for a reason this panel does not know${code && html`: <code>${code}</code>`}`;
  const heard = failInfo && html`the device received ${failInfo}; `;
  return html`<strong>${reason.why}.</strong> ${reason.next}<br><span class="quiet">${heard}code ${code}</span>`;
}
