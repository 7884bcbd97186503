/**
 * The schedules of EventBridge. The dispatcher and the finder run every minute, and Revoke every
 * fifteen minutes. Minutes in which nothing is due are skipped.
 */
import { type DeviceContext, durableCaller } from './device.ts';
import type { World } from './world.ts';
import { ignoreOutage } from './world.ts';

const minute = 60_000;

/** Revoke runs at this interval (lib/cloud/revocation.ts). */
const revokeEveryMinutes = 15;

/** EventBridge delivers at least once, so two dispatchers can run. */
const duplicateShare = 0.1;

/** The dispatcher reads one second ahead, and runs for 65 s. */
const maxAheadSeconds = 66;

/** Whether a row of this kind is due now or within the next minute. */
const isDue = ({ tables, nowSeconds }: World, of: 'due' | 'lost' | 'withheld'): boolean => {
  const until = nowSeconds() + maxAheadSeconds;
  for (const { due } of tables.rows.values())
    if (due?.of === of && due.atSeconds <= until) return true;
  return false;
};

/** Whether anything is left that only the schedule completes. */
export const isAnythingOpen = ({ tables, intune }: World): boolean =>
  intune.waiting() > 0 ||
  [...tables.rows.values()].some(({ row, due }) => row.state.status === 'granted' || due);

/** Runs the schedules while `isOpen` returns true. */
export async function schedule(
  at: Omit<DeviceContext, 'judge'>,
  isOpen: () => boolean,
): Promise<void> {
  const { world, time, dice, faultRate, trace } = at;
  const by = (label: string) => durableCaller(label, faultRate);
  const run = (what: () => Promise<unknown>): void =>
    time.spawn(() =>
      what().catch((error) => {
        trace.note(`schedule: ${(error as Error).name}`);
        return ignoreOutage(error);
      }),
    );
  for (let minutes = 1; isOpen(); minutes += 1) {
    await time.sleep(minute);
    if (world.gateway.isClosed) continue;
    if (isDue(world, 'due')) {
      run(() => world.dispatch(by('dispatcher')));
      if (dice.chance(duplicateShare)) run(() => world.dispatch(by('second dispatcher')));
    }
    if (isDue(world, 'lost')) run(() => world.findLost(by('finder')));
    const isRevoking = isDue(world, 'withheld') || world.intune.waiting() > 0;
    if (minutes % revokeEveryMinutes === 0 && isRevoking) run(() => world.revoke(by('schedule')));
  }
}
