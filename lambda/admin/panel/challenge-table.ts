/**
 * The challenges of a connector, a page at a time: what each is good for, for how long, and what
 * can be done with it.
 */
import type { ChallengeView } from '../administration.ts';
import {
  renderButton,
  renderPill,
  renderTable,
  renderTime,
  type Tone,
  type Viewed,
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

const heads = ['Challenge', 'Status', 'Kind', 'Uses left', 'Expires', 'Created', 'Limited to', ''];

/** The table. Nothing in it is a password. */
export const renderChallengeTable = (
  viewed: Viewed,
  challenges: readonly ChallengeView[],
  none: string,
): Html =>
  renderTable(
    heads,
    challenges.map((each) => row(viewed, each)),
    none,
  );

function row(viewed: Viewed, challenge: ChallengeView): readonly Html[] {
  const { connectorId, challengeId, createdAtSeconds, expiresAtSeconds } = challenge;
  const label = clipText(getTitle(challenge), 48);
  const asks = { view: 'challenge', connector: connectorId, challenge: challengeId } as const;
  return [
    html`<td><span title="${challengeId}">${renderButton(viewed, { label, asks, looks: 'plain' })}</span></td>`,
    html`<td>${renderState(viewed, challenge)}</td>`,
    html`<td>${describeKind(challenge)}</td>`,
    html`<td>${renderUsesLeft(challenge)}</td>`,
    html`<td class="line">${expiresAtSeconds === undefined ? 'never' : renderTime(viewed, expiresAtSeconds)}</td>`,
    html`<td class="line">${renderTime(viewed, createdAtSeconds)}</td>`,
    html`<td>${limits(challenge)}</td>`,
    html`<td class="act">${renderChallengeButtons(viewed, challenge)}</td>`,
  ];
}

/** Active, expired or used up. */
export function renderState({ nowSeconds }: Viewed, challenge: ChallengeView): Html {
  return renderPill(...states[getState(challenge, nowSeconds)]);
}

/** What is left of a challenge's uses, as a gauge. */
export function renderUsesLeft({ maxUses, usesLeft: left = 0 }: ChallengeView): Html {
  if (maxUses === undefined) return html`<span class="quiet">no limit</span>`;
  const percent = Math.max(0, Math.min(100, Math.round((left / maxUses) * 100)));
  return html`<span class="gauge"><span style="width: ${percent}%"></span></span>${left} of ${maxUses}`;
}

function limits({ constraints }: ChallengeView): Html {
  const all = constraints ? describeLimits(constraints) : [];
  if (all.length === 0) return html`<span class="quiet">the connector’s profile</span>`;
  return html`<code class="clip" title="${all.join('\n')}">${clipText(all.join(', '), 60)}</code>`;
}

/** What can be done with a challenge. */
export function renderChallengeButtons(viewed: Viewed, challenge: ChallengeView): Html {
  const { connectorId: connector, challengeId } = challenge;
  const at = { connector, challenge: challengeId };
  const title = getTitle(challenge);
  return html`${renderButton(viewed, {
    label: 'Show password',
    asks: { ...at, action: 'show' },
    confirmation: `Show the password of “${title}”? Nobody else should see your screen. The audit log will say so.`,
    isPopup: true,
  })} ${renderButton(viewed, { label: 'Rotate…', asks: { ...at, view: 'rotate' } })} ${renderButton(
    viewed,
    {
      label: 'Revoke',
      asks: { ...at, action: 'revoke' },
      looks: 'btn btn-danger',
      confirmation: `Revoke “${title}”? Devices that use it are refused from now on. Certificates that were issued stay valid.`,
    },
  )}`;
}
