/** One challenge with everything that is known of it, but its password. */
import type { ChallengeView } from '../administration.ts';
import { challengeButtons, statePill, usesLeft } from './challenge-table.ts';
import { button, facts, type Viewed, when } from './elements.ts';
import { type Html, html } from './html.ts';
import { kindOf, limitsOf, titleOf } from './words.ts';

/** The view that a challenge's name leads to. */
export function challengeView(viewed: Viewed, challenge: ChallengeView): Html {
  const { connectorId, challengeArn, expiresAtSeconds, constraints, tags = {} } = challenge;
  const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return html`<section><div class="bar"><h2>${titleOf(challenge)}</h2>${challengeButtons(viewed, challenge)} ${button(
    viewed,
    { label: 'Back to the list', asks: { connector: connectorId } },
  )}</div>
${facts([
  ['Status', statePill(viewed, challenge)],
  ['Kind', kindOf(challenge)],
  ['Uses left', usesLeft(challenge)],
  ['Expires', expiresAtSeconds === undefined ? 'never' : when(viewed, expiresAtSeconds)],
  ['Created', when(viewed, challenge.createdAtSeconds)],
  ['Changed', when(viewed, challenge.updatedAtSeconds)],
])}
${facts([
  ['ARN', html`<code>${challengeArn}</code>`],
  ['Limited to', constraints ? lines(limitsOf(constraints)) : 'the connector’s profile'],
  ...(tagged.length > 0 ? ([['Tags', lines(tagged)]] as const) : []),
])}</section>`;
}

const lines = (all: readonly string[]): Html =>
  html`${all.map((each) => html`<code>${each}</code><br>`)}`;
