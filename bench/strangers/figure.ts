/**
 * The cost of 500 refused requests per second from one address: dollars per hour, and busy
 * functions (docs/decisions/020-strangers.md).
 */
import { handlerLimits } from '../../lib/cloud/handler-limits.ts';
import type { AroundCall, SignedCall } from '../../lib/local/emulators/signed-call.ts';
import type { AroundInvocation } from '../../lib/local/functions/pool.ts';
import { computeCost, createConsumption } from '../cost/prices.ts';
import type { Bench, Figure } from '../figure.ts';
import { computeMedian } from '../measure.ts';
import { findRole } from '../runner/functions.ts';
import { withLatency } from '../runner/latencies.ts';
import { type MeasuredStack, startMeasuredStack } from '../runner/measured-stack.ts';
import {
  buildForgedMessage,
  buildGuesses,
  buildMessage,
  buildUnreadableMessage,
  type MessageBuilder,
} from './messages.ts';

const requestsPerSecond = 500;
const secondsPerHour = 3600;

/**
 * Requests that are sent before counting begins. They exceed the budget of one address
 * (policy/client-allowance.ts).
 */
const uncountedRequests = 70;

/** The kinds of requests. Those that use up a budget of the address come last. */
const kinds: readonly (readonly [string, MessageBuilder])[] = [
  ['one refused message', buildMessage],
  ['forged signatures', buildForgedMessage],
  ['a wrong challenge each', buildGuesses],
  ['envelopes that do not open', buildUnreadableMessage],
];

/** The consumption of the requests of one kind. */
interface Consumed {
  readonly milliseconds: number[];
  readonly calls: Map<string, number>;
}

export const strangers: Figure = {
  name: 'strangers',
  rows: kinds.flatMap(([kind]) => [
    { title: `500 a second, ${kind}: dollars an hour`, unit: ' $', digits: 2 },
    { title: `500 a second, ${kind}: functions busy`, unit: '', digits: 0 },
  ]),
  measure: async (bench) => {
    const count = bench.isQuick ? 10 : 100;
    const consumed = await bench.progress('refusing', (at) => measureKinds(bench, count, at));
    return {
      readings: consumed.flatMap((one) => [
        { value: computeDollarsPerHour(one, count) },
        { value: (requestsPerSecond * computeMedian(one.milliseconds)) / 1000 },
      ]),
      notes: [
        ...consumed.map((one, at) => `${kinds[at]?.[0]}: ${describeConsumption(one, count)}.`),
        `Means of ${count} requests each, after ${uncountedRequests} others from the same address, sent one after the other to the app of npm start with AWS-like latencies. API Gateway, Lambda, DynamoDB and EventBridge are counted at list price, and logs are not.`,
      ],
    };
  },
};

async function measureKinds(
  { workspace }: Bench,
  count: number,
  at: (done: number, of: number) => void,
): Promise<readonly Consumed[]> {
  let current: Consumed | undefined;
  const aroundCall: AroundCall = async (call, run) => {
    if (current !== undefined)
      current.calls.set(formatCall(call), (current.calls.get(formatCall(call)) ?? 0) + 1);
    return await withLatency(call, run);
  };
  const aroundInvocation: AroundInvocation = async (name, run) => {
    const start = performance.now();
    const result = await run();
    if (findRole(name) === 'scep') current?.milliseconds.push(performance.now() - start);
    return result;
  };
  const stack = await startMeasuredStack(workspace, {
    pcaDelaySeconds: 0,
    aroundCall,
    aroundInvocation,
  });
  try {
    const { raCertificate } = await stack.recipient(1);
    const all: Consumed[] = [];
    for (const [, build] of kinds) {
      const messages = await build(uncountedRequests + count, raCertificate);
      const consumed: Consumed = { milliseconds: [], calls: new Map() };
      for (const [sent, message] of messages.entries()) {
        current = sent < uncountedRequests ? undefined : consumed;
        await post(stack, message);
      }
      current = undefined;
      all.push(consumed);
      at(all.length, kinds.length);
    }
    return all;
  } finally {
    await stack.stop();
  }
}

const post = async ({ scepUrl }: MeasuredStack, body: Uint8Array): Promise<void> => {
  const response = await fetch(`${scepUrl}?operation=PKIOperation`, {
    method: 'POST',
    body: Uint8Array.from(body),
  });
  await response.arrayBuffer();
};

const formatCall = ({ targetPrefix, operation }: SignedCall): string =>
  `${targetPrefix.replace(/_\d+$/, '')} ${operation}`;

/** Every item here is smaller than 1 KB, and a failed condition costs as much as a write. */
function computeDollarsPerHour({ milliseconds, calls }: Consumed, count: number): number {
  const sum = createConsumption();
  sum.writeUnits = countCalls(calls, 'PutItem') + countCalls(calls, 'UpdateItem');
  // A batch reads four items here, consistently.
  sum.readUnits = countCalls(calls, 'GetItem') / 2 + 4 * countCalls(calls, 'BatchGetItem');
  sum.events = countCalls(calls, 'PutEvents');
  sum.invocations = count;
  sum.httpRequests = count;
  sum.gigabyteSeconds =
    (count * computeMedian(milliseconds) * (handlerLimits.scep.memoryMegabytes / 1024)) / 1000;
  const dollars = Object.values(computeCost(sum)).reduce((total, each) => total + each, 0);
  return (dollars / count) * requestsPerSecond * secondsPerHour;
}

const countCalls = (calls: Consumed['calls'], operation: string): number =>
  [...calls]
    .filter(([name]) => name.endsWith(` ${operation}`))
    .reduce((sum, [, each]) => sum + each, 0);

const describeConsumption = ({ milliseconds, calls }: Consumed, count: number): string =>
  [
    ...[...calls].map(([call, times]) => `${call} ${(times / count).toFixed(2)}`),
    `${computeMedian(milliseconds).toFixed(1)} ms`,
  ].join(', ');
