/**
 * The cost of a million enrolments in our own AWS services, extrapolated from the consumption of a
 * few under AWS-like latencies.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { handlerLimits } from '../../lib/cloud/handler-limits.ts';
import type { AroundCall } from '../../lib/local/emulators/signed-call.ts';
import type { AroundInvocation } from '../../lib/local/functions/pool.ts';
import { getOperation } from '../../lib/scep-client/http.ts';
import type { Bench, Figure } from '../figure.ts';
import { buildRequests } from '../requests.ts';
import { enrolDevice } from '../runner/enrol.ts';
import { findRole } from '../runner/functions.ts';
import { intuneMilliseconds, withInvocationLatency, withLatency } from '../runner/latencies.ts';
import { type MeasuredStack, startMeasuredStack } from '../runner/measured-stack.ts';
import { createSlowCa } from '../runner/slow-ca.ts';
import { countCapacity } from './capacity.ts';
import { type Consumption, computeCost, createConsumption } from './prices.ts';

const warmUps = 3;
const million = 1e6;

/** The time of the CA: a certificate is available after 0.3 s. */
const caMilliseconds = 300;

/**
 * Lambda's own log lines, `platform.start` and `platform.report` as JSON, with CloudWatch's 26
 * bytes per event.
 */
const platformLogBytes = 650;

/** The memory of our Express workflow: one step of billing. */
const workflowGigabytes = 64 / 1024;

export const cost: Figure = {
  name: 'cost',
  rows: [
    {
      title: 'our own AWS cost of a million enrolments, list price',
      bar: { atMost: 60 },
      goal: { atMost: 45 },
      unit: ' $',
      digits: 1,
    },
    { title: 'the same for Intune', unit: ' $', digits: 1 },
  ],
  measure: async (bench) => {
    const enrolments = bench.isQuick ? 4 : 20;
    const costs = [];
    for (const isIntune of [false, true]) {
      const title = isIntune ? 'enrolling under Intune' : 'enrolling';
      const consumed = await bench.progress(title, (at) =>
        measureConsumption(bench, { enrolments, isIntune }, at),
      );
      costs.push(computeMillionCost(consumed, enrolments));
    }
    return {
      readings: costs.map(({ value }) => ({ value })),
      notes: [
        ...costs.flatMap(({ notes }) => notes),
        `GetCACaps, GetCACert and a PKCSReq on warm functions, with a CA that takes 0.3 s. The first row uses a one-time challenge; the second uses an Intune that answers each call after ${intuneMilliseconds} ms. Indexes are counted; storage, data transfer and ACM PCA are not.`,
      ],
    };
  },
};

function computeMillionCost(consumed: Consumption, enrolments: number) {
  const dollars = Object.entries(computeCost(consumed)).map(
    ([what, each]) => [what, (each * million) / enrolments] as const,
  );
  const per = (amount: number): string => (amount / enrolments).toFixed(2);
  return {
    value: dollars.reduce((sum, [, each]) => sum + each, 0),
    notes: [
      dollars.map(([what, each]) => `${what} ${each.toFixed(2)}`).join(', '),
      `Per enrolment: ${per(consumed.writeUnits)} write units, ${per(consumed.readUnits)} read units, ${per(consumed.gigabyteSeconds)} GB-s, ${per(consumed.logBytes)} bytes logged.`,
    ],
  };
}

interface Enrolments {
  readonly enrolments: number;
  readonly isIntune: boolean;
}

async function measureConsumption(
  { workspace }: Bench,
  { enrolments, isIntune }: Enrolments,
  at: (done: number, of: number) => void,
): Promise<Consumption> {
  const sum = createConsumption();
  let isCounting = false;
  let endpoint = '';
  const ca = createSlowCa(caMilliseconds, caMilliseconds);
  const capacity = countCapacity(
    () => (isCounting ? sum : undefined),
    (operation, input) => sendTo(endpoint, operation, input),
  );
  const aroundCall: AroundCall = (call, run) => {
    if (isOwn(call.authorization)) return run();
    if (isCounting && call.operation === 'StartExecution') sum.workflows += 1;
    if (isCounting && call.operation === 'PutEvents') sum.events += 1;
    return capacity(call, () => ca.around(withLatency)(call, run));
  };
  const aroundInvocation: AroundInvocation = (name, run) =>
    withInvocationLatency(name, () => (isCounting ? measureInvocation(name, sum, run) : run()));
  const stack = await startMeasuredStack(workspace, {
    pcaDelaySeconds: 0,
    isIntune,
    aroundCall,
    aroundInvocation,
  });
  endpoint = stack.awsEndpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  try {
    const total = warmUps + enrolments;
    const requests = await buildRequests(total, await stack.recipient(total));
    let logged = 0;
    for (const [done, message] of requests.entries()) {
      if (done === warmUps) logged = countLogBytes(stack);
      isCounting = done >= warmUps;
      await enrolFully(stack.scepUrl, message);
      at(done + 1, total);
    }
    sum.httpRequests = 3 * enrolments;
    sum.logBytes = countLogBytes(stack) - logged + platformLogBytes * sum.invocations;
  } finally {
    await stack.stop();
  }
  return sum;
}

/** Sends one device's requests: GetCACaps and GetCACert come before the PKCSReq. */
async function enrolFully(url: string, message: Uint8Array): Promise<void> {
  await getOperation({ url: new URL(url) }, 'GetCACaps');
  await getOperation({ url: new URL(url) }, 'GetCACert');
  await enrolDevice(url, message);
}

/**
 * Bills an invocation of an enrolment's functions by the millisecond. Certify's time is also the
 * workflow's.
 */
async function measureInvocation(
  name: string,
  sum: Consumption,
  run: Parameters<AroundInvocation>[1],
): ReturnType<AroundInvocation> {
  const role = findRole(name);
  if (role === undefined) return await run();
  const start = performance.now();
  const result = await run();
  const milliseconds = performance.now() - start;
  sum.invocations += 1;
  sum.gigabyteSeconds +=
    (Math.ceil(milliseconds) / 1000) * (handlerLimits[role].memoryMegabytes / 1024);
  if (role === 'certify')
    sum.workflowGigabyteSeconds += (Math.ceil(milliseconds / 100) / 10) * workflowGigabytes;
  return result;
}

const ownKey = 'bench';

const isOwn = (authorization = ''): boolean => authorization.includes(`Credential=${ownKey}/`);

/** Makes a call with a key that belongs to no function and may call every operation. */
async function sendTo(endpoint: string, operation: string, input: object) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${ownKey}/20260101/us-east-1/dynamodb/aws4_request`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

/** The size of the logs of an enrolment's functions and of the device API. */
const countLogBytes = ({ logsDirectory }: MeasuredStack): number =>
  readdirSync(logsDirectory)
    .filter((file) => findRole(file) !== undefined || file.startsWith('access-ServiceDevice'))
    .map((file) => statSync(join(logsDirectory, file)).size)
    .reduce((sum, bytes) => sum + bytes, 0);
