/**
 * The two forms: a new challenge, and a rotation. What they hold is checked when their button is
 * pressed (form.ts).
 */
import { alternativeNameKinds } from '../../names/alternative-name-kinds.ts';
import type { ChallengeView, ConnectorView } from '../administration.ts';
import { renderState, renderUsesLeft } from './challenge-table.ts';
import {
  renderButton,
  renderChoice,
  renderFacts,
  renderField,
  renderTime,
  type Viewed,
} from './elements.ts';
import { lifetimes, never, overlaps } from './form.ts';
import { type Html, html } from './html.ts';
import { describeKind, getTitle } from './words.ts';

/** The form of a new challenge. `token` makes two presses one challenge. */
export function createView(
  viewed: Viewed,
  { connectorId: connector }: ConnectorView,
  token: string,
): Html {
  return html`<section><div class="bar"><h2>New challenge <small>for ${connector}</small></h2>${back(viewed, connector)}</div>
<form><div class="fields">
${renderField('Name', html`<input type="text" name="name" maxlength="64" placeholder="iPads, 4th grade" />`, 'What it is for, as the list will show it.')}
<div><label>Kind</label>
<label class="choice"><input type="radio" name="kind" value="limited" checked="checked" />For<input class="count" type="text" name="uses" value="30" maxlength="4" />devices</label>
<label class="choice"><input type="radio" name="kind" value="one-time" />One-time: for one device</label>
<label class="choice"><input type="radio" name="kind" value="static" />Static: for any number of devices</label>
<p class="quiet">A static one is good for whoever learns it: limit its names and its time.</p></div>
${renderField('Good for', renderChoice('lifetime', [...Object.keys(lifetimes), never], '1 day'), 'From now on; after that devices hear that it has expired.')}
${renderField('Only for subjects', html`<textarea name="subject" rows="3" placeholder="CN=ipad-*"></textarea>`, 'One a line; * stands for any characters. Empty beside alternative names: the CN is one of them.')}
${renderField('Only for alternative names', html`<textarea name="alternativeNames" rows="3" placeholder="dns:*.example.com"></textarea>`, `One a line: ${alternativeNameKinds.join(', ')}. Empty beside a subject: none.`)}
${renderField('Days', html`<input type="text" name="validityDays" maxlength="4" />`, 'How long a certificate lives at most. Empty: as long as the connector says.')}
</div></form>
${renderButton(viewed, {
  label: 'Create and show password',
  asks: { action: 'create', connector, token },
  looks: 'btn btn-primary',
  confirmation: 'Create this challenge and show its password? Nobody else should see your screen.',
  isPopup: true,
})}</section>`;
}

/** The form of a rotation, with what it does. */
export function rotateView(viewed: Viewed, challenge: ChallengeView, token: string): Html {
  const { connectorId: connector, challengeId, expiresAtSeconds } = challenge;
  const title = getTitle(challenge);
  return html`<section><div class="bar"><h2>Rotate <small>${title}</small></h2>${back(viewed, connector)}</div>
<p>A new challenge on the same terms, with a new password. The old password stays good for the overlap, so that devices with the old profile still enrol, and then expires.</p>
${renderFacts([
  ['Challenge', title],
  ['Status', renderState(viewed, challenge)],
  ['Kind', describeKind(challenge)],
  ['Uses left', renderUsesLeft(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(viewed, expiresAtSeconds)],
])}
<form><div class="fields">${renderField('Old password stays good for', renderChoice('overlap', Object.keys(overlaps), '1 day'), 'As long as it takes until every MDM profile has the new one.')}</div></form>
${renderButton(viewed, {
  label: 'Rotate and show new password',
  asks: { action: 'rotate', connector, challenge: challengeId, token },
  looks: 'btn btn-primary',
  confirmation: `Rotate “${title}” and show the new password? Nobody else should see your screen.`,
  isPopup: true,
})}</section>`;
}

const back = (viewed: Viewed, connector: string): Html =>
  renderButton(viewed, { label: 'Back to the list', asks: { connector } });
