/** The table of challenges, with their limits, expiry and buttons. */
import type { ChallengeView } from '../administration.ts';
import {
  renderButton,
  renderPill,
  renderTable,
  renderTime,
  type Tone,
  type ViewContext,
} from './elements.ts';
import { type Html, html } from './html.ts';
import {
  type ChallengeState,
  clipText,
  describeKind,
  describeLimits,
  getState,
  getTitle,
} from './words.ts';

const states: Readonly<Record<ChallengeState, readonly [Tone, string]>> = {
  active: ['good', 'Active'],
  expired: ['idle', 'Expired'],
  used: ['idle', 'Used up'],
};

const headings = [
  'Challenge',
  'Status',
  'Kind',
  'Uses left',
  'Expires',
  'Created',
  'Limited to',
  '',
];

/** Renders the table, without any password; `none` is the sentence in an empty one. */
export const renderChallengeTable = (
  context: ViewContext,
  challenges: readonly ChallengeView[],
  none: string,
): Html =>
  renderTable(
    headings,
    challenges.map((each) => renderRow(context, each)),
    none,
  );

function renderRow(context: ViewContext, challenge: ChallengeView): readonly Html[] {
  const { connectorId, challengeId, createdAtSeconds, expiresAtSeconds } = challenge;
  const label = clipText(getTitle(challenge), 48);
  const parameters = { view: 'challenge', connector: connectorId, challenge: challengeId } as const;
  return [
    html`<td><span title="${challengeId}">${renderButton(context, { label, parameters, className: 'plain' })}</span></td>`,
    html`<td>${renderState(context, challenge)}</td>`,
    html`<td>${describeKind(challenge)}</td>`,
    html`<td>${renderUsesLeft(challenge)}</td>`,
    html`<td class="line">${expiresAtSeconds === undefined ? 'never' : renderTime(context, expiresAtSeconds)}</td>`,
    html`<td class="line">${renderTime(context, createdAtSeconds)}</td>`,
    html`<td>${renderLimits(challenge)}</td>`,
    html`<td class="act">${renderChallengeButtons(context, challenge)}</td>`,
  ];
}

/** The state of a challenge as a pill: active, expired or used up. */
export function renderState({ nowSeconds }: ViewContext, challenge: ChallengeView): Html {
  return renderPill(...states[getState(challenge, nowSeconds)]);
}

/** The remaining uses of a challenge, as a gauge. */
export function renderUsesLeft({ maxUses, usesLeft: left = 0 }: ChallengeView): Html {
  if (maxUses === undefined) return html`<span class="quiet">no limit</span>`;
  const percent = Math.max(0, Math.min(100, Math.round((left / maxUses) * 100)));
  return html`<span class="gauge"><span style="width: ${percent}%"></span></span>${left} of ${maxUses}`;
}

function renderLimits({ constraints }: ChallengeView): Html {
  const all = constraints ? describeLimits(constraints) : [];
  if (all.length === 0) return html`<span class="quiet">the connector’s profile</span>`;
  return html`<code class="clip" title="${all.join('\n')}">${clipText(all.join(', '), 60)}</code>`;
}

/** The buttons for the actions on a challenge. */
export function renderChallengeButtons(context: ViewContext, challenge: ChallengeView): Html {
  const { connectorId: connector, challengeId } = challenge;
  const target = { connector, challenge: challengeId };
  const title = getTitle(challenge);
  return html`${renderButton(context, {
    label: 'Show password',
    parameters: { ...target, action: 'show' },
    confirmation: `Show the password of “${title}”? Make sure that nobody else can see your screen. The audit log records this.`,
    isPopup: true,
  })} ${renderButton(context, { label: 'Rotate…', parameters: { ...target, view: 'rotate' } })} ${renderButton(
    context,
    {
      label: 'Revoke',
      parameters: { ...target, action: 'revoke' },
      className: 'btn btn-danger',
      confirmation: `Revoke “${title}”? It will no longer enrol any device. Issued certificates stay valid.`,
    },
  )}`;
}
