/** The time from a device's request to its certificate, compared with the CA's own time. */
import type { Bench, Figure, Reading } from '../figure.ts';
import { computeMedian, computeQuantile } from '../measure.ts';
import { buildRequests } from '../requests.ts';
import { enrolDevice } from './enrol.ts';
import { withInvocationLatency, withLatency } from './latencies.ts';
import { type MeasuredStack, startMeasuredStack } from './measured-stack.ts';
import { createSlowCa } from './slow-ca.ts';

const fixedDelay = 300;
const randomDelay = { from: 200, to: 3000 };
const warmUps = 3;

export const timeToSuccess: Figure = {
  name: 'time-to-success',
  rows: [
    {
      title: 'request to SUCCESS of one device, --pca-delay 0.3, against that delay',
      bar: { atMost: 2 },
      goal: { atMost: 1.4 },
      unit: 'x',
    },
    {
      title: 'added to a CA that takes 0.2 to 3 s, with AWS-like latencies, p50',
      bar: { atMost: 1 },
      goal: { atMost: 0.7 },
      unit: ' s',
    },
    {
      title: 'added to a CA that takes 0.2 to 3 s, with AWS-like latencies, p95',
      bar: { atMost: 2 },
      goal: { atMost: 1.4 },
      unit: ' s',
    },
  ],
  measure: async (bench) => {
    const ratio = await bench.progress('a CA of 0.3 s', (at) => measureFixedDelay(bench, at));
    const added = await bench.progress('a CA of 0.2 to 3 s', (at) => measureRandomDelay(bench, at));
    const seconds = (share: number): Reading => ({ value: computeQuantile(added.seconds, share) });
    return {
      readings: [ratio, seconds(0.5), seconds(0.95)],
      notes: [
        'One device after the other on warm functions, each with its own one-time challenge.',
        `Latencies are those of bench/runner/latencies.ts. ${added.pendings} of ${added.seconds.length} devices received PENDING and resent their request after 1 s.`,
      ],
    };
  },
};

async function measureFixedDelay(bench: Bench, at: Report): Promise<Reading> {
  const stack = await startMeasuredStack(bench.workspace, { pcaDelaySeconds: fixedDelay / 1000 });
  const times: number[] = [];
  await enrolEach(stack, bench.isQuick ? 5 : 30, at, ({ milliseconds }) => {
    times.push(milliseconds);
  });
  return {
    value: computeMedian(times) / fixedDelay,
    ours: `${computeMedian(times).toFixed(0)} ms`,
    theirs: `${fixedDelay} ms the CA`,
  };
}

async function measureRandomDelay(bench: Bench, at: Report) {
  const ca = createSlowCa(randomDelay.from, randomDelay.to);
  const stack = await startMeasuredStack(bench.workspace, {
    pcaDelaySeconds: 0,
    aroundCall: ca.around(withLatency),
    aroundInvocation: withInvocationLatency,
  });
  const seconds: number[] = [];
  let pendings = 0;
  await enrolEach(stack, bench.isQuick ? 8 : 60, at, (enrolled) => {
    seconds.push((enrolled.milliseconds - ca.lastDelayMilliseconds()) / 1000);
    if (enrolled.pendings > 0) pendings += 1;
  });
  return { seconds, pendings };
}

type Report = (done: number, of: number) => void;

/** Enrols `count` devices after the warm-ups, then stops the stack. */
async function enrolEach(
  stack: MeasuredStack,
  count: number,
  at: Report,
  each: (enrolled: Awaited<ReturnType<typeof enrolDevice>>) => void,
): Promise<void> {
  try {
    const total = warmUps + count;
    const requests = await buildRequests(total, await stack.recipient(total));
    for (const [done, message] of requests.entries()) {
      const enrolled = await enrolDevice(stack.scepUrl, message);
      if (done >= warmUps) each(enrolled);
      at(done + 1, total);
    }
  } finally {
    await stack.stop();
  }
}
