/**
 * EventBridge: the dispatcher and the finder every minute, Revoke every fifteen. Minutes in which
 * nothing is due are skipped.
 */
import { durableCaller, type Neighbourhood } from './device.ts';
import type { World } from './world.ts';
import { unlessOutage } from './world.ts';

const minute = 60_000;

/** Every so many minutes Revoke runs (lib/cloud/revocation.ts). */
const revokeEvery = 15;

/** EventBridge delivers at least once, so two dispatchers may run. */
const twiceShare = 0.1;

/** The dispatcher looks a second ahead, and works for 65 s. */
const aheadSeconds = 66;

/** Whether a row is listed for this, at this time or within the next minute. */
const isDue = ({ tables, nowSeconds }: World, of: 'due' | 'lost' | 'withheld'): boolean => {
  const until = nowSeconds() + aheadSeconds;
  for (const { due } of tables.rows.values())
    if (due?.of === of && due.atSeconds <= until) return true;
  return false;
};

/** Whether anything is left to do that only the schedule does. */
export const isAnythingOpen = ({ tables, intune }: World): boolean =>
  intune.waiting() > 0 ||
  [...tables.rows.values()].some(({ row, due }) => row.state.status === 'granted' || due);

/** Runs for as long as `isOpen`. */
export async function schedule(
  at: Omit<Neighbourhood, 'judge'>,
  isOpen: () => boolean,
): Promise<void> {
  const { world, time, dice, faultRate, trace } = at;
  const by = (label: string) => durableCaller(label, faultRate);
  const run = (what: () => Promise<unknown>): void =>
    time.spawn(() =>
      what().catch((error) => {
        trace.note(`schedule: ${(error as Error).name}`);
        return unlessOutage(error);
      }),
    );
  for (let minutes = 1; isOpen(); minutes += 1) {
    await time.sleep(minute);
    if (world.door.isClosed) continue;
    if (isDue(world, 'due')) {
      run(() => world.dispatch(by('dispatcher')));
      if (dice.chance(twiceShare)) run(() => world.dispatch(by('second dispatcher')));
    }
    if (isDue(world, 'lost')) run(() => world.findLost(by('finder')));
    const isRevoking = isDue(world, 'withheld') || world.intune.waiting() > 0;
    if (minutes % revokeEvery === 0 && isRevoking) run(() => world.revoke(by('schedule')));
  }
}
