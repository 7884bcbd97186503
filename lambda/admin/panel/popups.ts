/** The popups after confirmed actions, which are the only views with a password. */
import type { ChallengeView, ConnectorView, NewChallenge } from '../administration.ts';
import { renderFacts, renderTime, type ViewContext } from './elements.ts';
import { type Html, html } from './html.ts';
import { describeKind, describeLimits, formatSpan, getTitle } from './words.ts';

/** The popup for a new challenge. */
export const renderCreatedPopup = (
  context: ViewContext,
  connector: ConnectorView,
  { challenge, password }: NewChallenge,
): Html => html`<h2>Challenge created <small>${getTitle(challenge)}</small></h2>
${renderPassword(context, connector, challenge, password)}
<p class="quiet">To see it again later, press Show password in the list.</p>`;

/** The popup for the successor of a rotated challenge. */
export const renderRotatedPopup = (
  context: ViewContext,
  connector: ConnectorView,
  { challenge, password }: NewChallenge,
  overlapSeconds: number,
): Html => html`<h2>Challenge rotated <small>${getTitle(challenge)}</small></h2>
${renderPassword(context, connector, challenge, password)}
<p>${
  overlapSeconds > 0
    ? `The old password is valid for at most ${formatSpan(overlapSeconds)} more. Enter the new one in every MDM profile before then.`
    : 'The old password has expired. Enter the new one in every MDM profile now.'
}</p>
<p class="quiet">To see it again later, press Show password in the list.</p>`;

/** The popup for the password of an existing challenge. */
export const renderPasswordPopup = (
  context: ViewContext,
  connector: ConnectorView,
  challenge: ChallengeView,
  password: string,
): Html => html`<h2>Password <small>${getTitle(challenge)}</small></h2>
${renderPassword(context, connector, challenge, password)}`;

function renderPassword(
  context: ViewContext,
  { scepUrl }: ConnectorView,
  challenge: ChallengeView,
  password: string,
): Html {
  const { expiresAtSeconds, constraints } = challenge;
  return html`<p>Enter this password and the SCEP URL in the MDM’s SCEP profile.</p><pre class="password">${password}</pre>
${renderFacts([
  ['SCEP URL', html`<code>${scepUrl}</code>`],
  ['Kind', describeKind(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(context, expiresAtSeconds)],
  [
    'Limited to',
    constraints
      ? html`<code>${describeLimits(constraints).join(', ')}</code>`
      : 'the connector’s profile',
  ],
])}`;
}
