/** An enrolment's AWS calls, counted at the emulators, and the functions that it needs. */

import { toAccessKeyId } from '../../lib/local/deploy/permissions.ts';
import type { SignedCall } from '../../lib/local/emulators/signed-call.ts';
import type { Bench, Figure } from '../figure.ts';
import { buildRequests } from '../requests.ts';
import { enrolDevice } from './enrol.ts';
import { isOfEnrolment } from './functions.ts';
import { startMeasuredStack } from './measured-stack.ts';

const warmUps = 2;

/** Counts every call of both functions on warm environments, but not the dispatcher's calls. */
export const awsCalls: Figure = {
  name: 'aws-calls',
  rows: [
    {
      title: 'AWS calls per enrolment with a one-time challenge, --pca-delay 0.3',
      bar: { atMost: 13 },
      goal: { atMost: 12 },
      unit: '',
      digits: 1,
    },
    {
      title: 'functions that start cold one after the other on one enrolment',
      bar: { atMost: 2 },
      goal: { atMost: 2 },
      unit: '',
    },
  ],
  measure: async (bench) => {
    const enrolments = bench.isQuick ? 3 : 20;
    const { calls, functions } = await bench.progress('counting', (at) =>
      countCalls(bench, enrolments, at),
    );
    const perEnrolment = [...calls].map(([call, count]) => [call, count / enrolments] as const);
    const value = perEnrolment.reduce((sum, [, count]) => sum + count, 0);
    return {
      readings: [{ value }, { value: functions.size }],
      notes: [
        perEnrolment.map(([call, count]) => `${call} ${Number(count.toFixed(2))}`).join(', '),
        `Means of ${enrolments} enrolments, one after the other. Cold functions: ${[...functions].join(', ')}.`,
      ],
    };
  },
};

async function countCalls(
  { workspace }: Bench,
  enrolments: number,
  at: (done: number, of: number) => void,
) {
  const calls = new Map<string, number>();
  const functions = new Set<string>();
  const accessKeys = new Set<string>();
  let isCounting = false;
  const stack = await startMeasuredStack(workspace, {
    pcaDelaySeconds: 0.3,
    aroundCall: (call, run) => {
      if (isCounting && accessKeys.has(readAccessKey(call)))
        calls.set(formatCall(call), (calls.get(formatCall(call)) ?? 0) + 1);
      return run();
    },
    aroundInvocation: (functionName, run) => {
      if (isOfEnrolment(functionName)) {
        functions.add(functionName);
        accessKeys.add(toAccessKeyId(formatFunctionArn(functionName)));
      }
      return run();
    },
  });
  try {
    const requests = await buildRequests(
      warmUps + enrolments,
      await stack.recipient(warmUps + enrolments),
    );
    for (const [done, message] of requests.entries()) {
      isCounting = done >= warmUps;
      await enrolDevice(stack.scepUrl, message);
      at(done + 1, requests.length);
    }
  } finally {
    await stack.stop();
  }
  return { calls, functions };
}

const formatFunctionArn = (functionName: string): string =>
  `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;

const readAccessKey = ({ authorization = '' }: SignedCall): string =>
  /Credential=([^/]+)/.exec(authorization)?.[1] ?? '';

/** `DynamoDB_20120810` and `GetItem` as `DynamoDB GetItem`. */
const formatCall = ({ targetPrefix, operation }: SignedCall): string =>
  `${targetPrefix.replace(/_\d+$/, '')} ${operation}`;
