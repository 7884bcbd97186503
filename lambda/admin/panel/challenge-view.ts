/** One challenge with everything that is known of it, but its password. */
import type { ChallengeView } from '../administration.ts';
import { renderChallengeButtons, renderState, renderUsesLeft } from './challenge-table.ts';
import { renderButton, renderFacts, renderTime, type Viewed } from './elements.ts';
import { type Html, html } from './html.ts';
import { describeKind, describeLimits, getTitle } from './words.ts';

/** The view that a challenge's name leads to. */
export function renderChallenge(viewed: Viewed, challenge: ChallengeView): Html {
  const { connectorId, challengeArn, expiresAtSeconds, constraints, tags = {} } = challenge;
  const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return html`<section><div class="bar"><h2>${getTitle(challenge)}</h2>${renderChallengeButtons(viewed, challenge)} ${renderButton(
    viewed,
    { label: 'Back to the list', asks: { connector: connectorId } },
  )}</div>
${renderFacts([
  ['Status', renderState(viewed, challenge)],
  ['Kind', describeKind(challenge)],
  ['Uses left', renderUsesLeft(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : renderTime(viewed, expiresAtSeconds)],
  ['Created', renderTime(viewed, challenge.createdAtSeconds)],
  ['Changed', renderTime(viewed, challenge.updatedAtSeconds)],
])}
${renderFacts([
  ['ARN', html`<code>${challengeArn}</code>`],
  ['Limited to', constraints ? lines(describeLimits(constraints)) : 'the connector’s profile'],
  ...(tagged.length > 0 ? ([['Tags', lines(tagged)]] as const) : []),
])}</section>`;
}

const lines = (all: readonly string[]): Html =>
  html`${all.map((each) => html`<code>${each}</code><br>`)}`;
