/** What a confirmed act shows in a popup: the only places where a password is. */
import type { ChallengeView, ConnectorView, NewChallenge } from '../administration.ts';
import { renderFacts, renderTime, type Viewed } from './elements.ts';
import { type Html, html } from './html.ts';
import { describeKind, describeLimits, formatSpan, getTitle } from './words.ts';

/** A challenge that was just made. */
export const renderCreatedPopup = (
  viewed: Viewed,
  connector: ConnectorView,
  { challenge, password }: NewChallenge,
): Html => html`<h2>Challenge created <small>${getTitle(challenge)}</small></h2>
${shown(viewed, connector, challenge, password)}
<p class="quiet">Close this and choose Back to the list. Show password there shows it again.</p>`;

/** A challenge that took another's place. */
export const renderRotatedPopup = (
  viewed: Viewed,
  connector: ConnectorView,
  { challenge, password }: NewChallenge,
  overlapSeconds: number,
): Html => html`<h2>Challenge rotated <small>${getTitle(challenge)}</small></h2>
${shown(viewed, connector, challenge, password)}
<p>${
  overlapSeconds > 0
    ? `The old password is good for ${formatSpan(overlapSeconds)} more, at most. Put the new one into every MDM profile until then.`
    : 'The old password has ended. Put the new one into every MDM profile now.'
}</p>
<p class="quiet">Close this and choose Back to the list.</p>`;

/** The password of a challenge that is there. */
export const renderPasswordPopup = (
  viewed: Viewed,
  connector: ConnectorView,
  challenge: ChallengeView,
  password: string,
): Html => html`<h2>Password <small>${getTitle(challenge)}</small></h2>
${shown(viewed, connector, challenge, password)}`;

function shown(
  viewed: Viewed,
  { scepUrl }: ConnectorView,
  challenge: ChallengeView,
  password: string,
): Html {
  const { expiresAtSeconds, constraints } = challenge;
  return html`<p>Enter this password and the SCEP URL into the MDM’s SCEP profile.</p><pre class="password">${password}</pre>
${renderFacts([
  ['SCEP URL', html`<code>${scepUrl}</code>`],
  ['Kind', describeKind(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(viewed, expiresAtSeconds)],
  [
    'Limited to',
    constraints
      ? html`<code>${describeLimits(constraints).join(', ')}</code>`
      : 'the connector’s profile',
  ],
])}`;
}
