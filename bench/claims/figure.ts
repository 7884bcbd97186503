/**
 * Claims on one limited challenge. All of them write one item, so DynamoDB cancels those that
 * conflict.
 */
import { defaultRepeats, repeatUntilDecided } from '../../lambda/aws/repeat-until-decided.ts';
import type { Figure } from '../figure.ts';
import { createContendedItem } from './contended-item.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** The number of devices that claim per second: more than one item can serve. */
const offeredPerSecond = 120;
const seconds = 30;

export const claims: Figure = {
  name: 'claims',
  rows: [
    {
      title: 'claims committed a second on one limited challenge, within 5 s each',
      bar: { atLeast: 50 },
      goal: { atLeast: 80 },
      unit: '/s',
      digits: 0,
    },
  ],
  measure: async ({ progress }) => {
    const { committed, refused, milliseconds } = await progress('claiming', runClaims);
    return {
      readings: [{ value: (committed * 1000) / milliseconds }],
      notes: [
        `${offeredPerSecond} devices a second for ${seconds} s; ${committed} claims committed, ${refused} devices received 503. A transaction holds the item for 10 to 20 ms in virtual time; the repeats are those of lambda/aws/repeat-until-decided.ts.`,
      ],
    };
  },
};

async function runClaims() {
  const clock = createVirtualClock();
  const transact = createContendedItem(clock);
  const repeats = { ...defaultRepeats, now: clock.now, sleep: clock.sleep };
  const results = { committed: 0, refused: 0, milliseconds: 0 };
  const claim = async (at: number): Promise<void> => {
    await clock.sleep(at);
    try {
      await repeatUntilDecided(transact, 'ChallengeContended', repeats);
      results.committed += 1;
      results.milliseconds = clock.now();
    } catch {
      results.refused += 1;
    }
  };
  const count = offeredPerSecond * seconds;
  const all = Array.from({ length: count }, () => claim(Math.random() * seconds * 1000));
  await clock.run();
  await Promise.all(all);
  return results;
}
