/**
 * Three storms: Apple devices with our profile, Apple devices with their defaults, and one limited
 * challenge for all devices.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectorKind } from './definition.ts';
import { endProgress, showProgress } from './progress.ts';
import { runStorm, type Sample, type StormOptions, type StormResult } from './storm.ts';
import { drawStormPicture } from './storm-picture.ts';

/** The CA is busy for at least this share of the time. */
const minBusyShare = 0.95;

const storms: readonly { readonly title: string; readonly options: StormOptions }[] = [
  { title: 'ten retries of 30 s on Apple devices', options: {} },
  { title: 'three retries of 10 s on Apple devices', options: { apple: 'defaults' } },
  { title: 'all devices on one limited challenge', options: { isShared: true } },
];

/**
 * Runs and prints the storms. Returns 1 if the CA is less busy than required or an invariant is
 * violated.
 */
export async function reportStorms(
  devices: number,
  kind: ConnectorKind,
  pool: number,
): Promise<0 | 1> {
  let isGood = true;
  // Intune creates its own challenges, so no limited one can be shared.
  const chosen = storms.filter(({ options }) => kind === 'general' || !options.isShared);
  for (const { title, options } of chosen) {
    const show = ({ second, issued, delivered, busy }: Sample): void => {
      if (second % 5 === 0)
        showProgress(
          `${title}, ${second} s: ${issued} issued, ${delivered} received, ${busy.scep + busy.certify} busy`,
        );
    };
    const result = await runStorm(devices, show, { ...options, kind, pool });
    endProgress();
    printResult(title, result);
    isGood &&= result.violation === undefined && result.busyShare >= minBusyShare;
    const isPictured = devices === 10_000 && pool === 1000 && kind === 'general';
    if (isPictured && title === storms[0]?.title) savePicture(result);
  }
  return isGood ? 0 : 1;
}

const savePicture = (result: StormResult): void =>
  writeFileSync(join(import.meta.dirname, '../../docs/storm.svg'), drawStormPicture(result));

function printResult(title: string, result: StormResult): void {
  const { devices, served, gaveUp, refusals, certificates, unfetched } = result;
  const percent = (100 * result.busyShare).toFixed(1);
  const refused = [...refusals]
    .map(([code, count]) => `, ${count} were refused with ${code}`)
    .join('');
  console.log(`${devices} devices: ${title}`);
  console.log(
    `  the CA is busy ${percent} % of the ${result.waitingSeconds.toFixed(0)} s in which requests wait for it; ` +
      `it accepts the last order of a served device after ${result.servedAfterSeconds.toFixed(0)} s`,
  );
  console.log(`  ${served} served, ${gaveUp} gave up${refused}`);
  console.log(`  ${certificates} certificates, ${unfetched} of them received by no device`);
  console.log(
    `  the last device has its certificate after ${result.deliveredAfterSeconds.toFixed(0)} s`,
  );
  console.log(
    `  ${result.requests} requests, ${result.unanswered} without an answer: ` +
      `${result.refusedByGateway} refused by API Gateway, ${result.throttledByLambda} by Lambda`,
  );
  console.log(
    `  ${result.maxConcurrency} functions at once at most, ${result.conflicts} transaction conflicts`,
  );
  if (result.violation !== undefined) console.log(`  ${result.violation}`);
}
