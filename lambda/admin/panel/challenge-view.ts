/** One challenge with all its details except the password. */
import type { ChallengeView } from '../administration.ts';
import { renderChallengeButtons, renderState, renderUsesLeft } from './challenge-table.ts';
import { renderButton, renderFacts, renderTime, type ViewContext } from './elements.ts';
import { type Html, html } from './html.ts';
import { describeKind, describeLimits, getTitle } from './words.ts';

/** Renders the view that opens from a challenge's name. */
export function renderChallenge(context: ViewContext, challenge: ChallengeView): Html {
  const { connectorId, challengeArn, expiresAtSeconds, constraints, tags = {} } = challenge;
  const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return html`<section><div class="bar"><h2>${getTitle(challenge)}</h2>${renderChallengeButtons(context, challenge)} ${renderButton(
    context,
    { label: 'Back to the list', parameters: { connector: connectorId } },
  )}</div>
${renderFacts([
  ['Status', renderState(context, challenge)],
  ['Kind', describeKind(challenge)],
  ['Uses left', renderUsesLeft(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(context, expiresAtSeconds)],
  ['Created', renderTime(context, challenge.createdAtSeconds)],
  ['Last changed', renderTime(context, challenge.updatedAtSeconds)],
])}
${renderFacts([
  ['ARN', html`<code>${challengeArn}</code>`],
  [
    'Limited to',
    constraints ? renderLines(describeLimits(constraints)) : 'the connector’s profile',
  ],
  ...(tagged.length > 0 ? ([['Tags', renderLines(tagged)]] as const) : []),
])}</section>`;
}

const renderLines = (all: readonly string[]): Html =>
  html`${all.map((each) => html`<code>${each}</code><br>`)}`;
