/** The forms for a new challenge and for a rotation. form.ts checks their values. */
import { alternativeNameKinds } from '../../names/alternative-name-kinds.ts';
import type { ChallengeView, ConnectorView } from '../administration.ts';
import { renderState, renderUsesLeft } from './challenge-table.ts';
import {
  renderButton,
  renderChoice,
  renderFacts,
  renderField,
  renderTime,
  type ViewContext,
} from './elements.ts';
import { lifetimes, never, overlaps } from './form.ts';
import { type Html, html } from './html.ts';
import { describeKind, getTitle } from './words.ts';

/** The form for a new challenge. A repeated press with the same `token` creates no second one. */
export function createView(
  context: ViewContext,
  { connectorId: connector }: ConnectorView,
  token: string,
): Html {
  return html`<section><div class="bar"><h2>New challenge <small>for ${connector}</small></h2>${renderBackButton(context, connector)}</div>
<form><div class="fields">
${renderField('Name', html`<input type="text" name="name" maxlength="64" placeholder="iPads, 4th grade" />`, 'Optional. The list shows it.')}
<div><label>Kind</label>
<label class="choice"><input type="radio" name="kind" value="limited" checked="checked" />For<input class="count" type="text" name="uses" value="30" maxlength="4" />devices</label>
<label class="choice"><input type="radio" name="kind" value="one-time" />One-time: for one device</label>
<label class="choice"><input type="radio" name="kind" value="static" />Static: for any number of devices</label>
<p class="quiet">Anyone who learns a static password can use it, so limit its names and its lifetime.</p></div>
${renderField('Valid for', renderChoice('lifetime', [...Object.keys(lifetimes), never], '1 day'), 'Starts now. Afterwards the challenge is refused as expired.')}
${renderField('Only for subjects', html`<textarea name="subject" rows="3" placeholder="CN=ipad-*"></textarea>`, 'One per line; * matches any characters. If only alternative names are limited, the CN must be one of them.')}
${renderField('Only for alternative names', html`<textarea name="alternativeNames" rows="3" placeholder="dns:*.example.com"></textarea>`, `One per line; the kinds are ${alternativeNameKinds.join(', ')}. If only the subject is limited, no alternative name is allowed.`)}
${renderField('Certificate validity in days', html`<input type="text" name="validityDays" maxlength="4" />`, 'Optional. Longer than the connector’s own validity has no effect.')}
</div></form>
${renderButton(context, {
  label: 'Create and show password',
  parameters: { action: 'create', connector, token },
  className: 'btn btn-primary',
  confirmation:
    'Create this challenge and show its password? Make sure that nobody else can see your screen.',
  isPopup: true,
})}</section>`;
}

/** The form for a rotation, with an explanation. */
export function rotateView(context: ViewContext, challenge: ChallengeView, token: string): Html {
  const { connectorId: connector, challengeId, expiresAtSeconds } = challenge;
  const title = getTitle(challenge);
  return html`<section><div class="bar"><h2>Rotate <small>${title}</small></h2>${renderBackButton(context, connector)}</div>
<p>This creates a challenge with the same terms and a new password. The old password stays valid for the overlap, so that devices with the old profile can still enrol.</p>
${renderFacts([
  ['Challenge', title],
  ['Status', renderState(context, challenge)],
  ['Kind', describeKind(challenge)],
  ['Uses left', renderUsesLeft(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(context, expiresAtSeconds)],
])}
<form><div class="fields">${renderField('Old password stays valid for', renderChoice('overlap', Object.keys(overlaps), '1 day'), 'Choose the time until every MDM profile has the new password.')}</div></form>
${renderButton(context, {
  label: 'Rotate and show new password',
  parameters: { action: 'rotate', connector, challenge: challengeId, token },
  className: 'btn btn-primary',
  confirmation: `Rotate “${title}” and show the new password? Make sure that nobody else can see your screen.`,
  isPopup: true,
})}</section>`;
}

const renderBackButton = (context: ViewContext, connector: string): Html =>
  renderButton(context, { label: 'Back to the list', parameters: { connector } });
