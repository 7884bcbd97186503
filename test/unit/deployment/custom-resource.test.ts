/** CloudFormation waits for an answer, so every event is answered. */
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import {
  answerCustomResource,
  type CheckedResource,
  type CustomResourceEvent,
  type CustomResourceResponse,
} from '../../../lambda/deployment/custom-resource.ts';

const url = 'https://bucket.s3.amazonaws.com/key?X-Amz-Signature=secret';

/** Answers an event; returns the answers and the lines of log. */
async function answered(event: Partial<CustomResourceEvent>, check: CheckedResource['check']) {
  const responses: [string, CustomResourceResponse][] = [];
  const lines: object[] = [];
  await answerCustomResource(
    {
      RequestType: 'Create',
      ResponseURL: url,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Ca',
      ResourceProperties: {},
      ...event,
    },
    {
      check,
      respond: async (...response) => void responses.push(response),
      log: (line) => void lines.push(line),
    },
  );
  return { responses, lines };
}

const ids = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Ca' };

describe('an event of CloudFormation', () => {
  it('succeeds with the attributes that were found', async () => {
    const { responses } = await answered({}, async () => ({ data: { NotAfter: 'x' } }));
    const answer = { Status: 'SUCCESS', PhysicalResourceId: 'Ca', Data: { NotAfter: 'x' }, ...ids };
    expect(responses).toEqual([[url, answer]]);
  });

  it('fails with the sentence of the fault, and keeps the id of an Update', async () => {
    const event = { RequestType: 'Update', PhysicalResourceId: 'Earlier' } as const;
    const { responses } = await answered(event, async () => ({ fault: 'It is DISABLED.' }));
    const answer = { Status: 'FAILED', PhysicalResourceId: 'Earlier', Reason: 'It is DISABLED.' };
    expect(responses).toEqual([[url, { ...answer, ...ids }]]);
  });

  it.each([
    [new Fault('DependencyTimeout', 'acm-pca'), 'DependencyTimeout (acm-pca)'],
    [new TypeError('quotes a request'), 'TypeError'],
    ['not an error', 'Unknown'],
  ])('fails after the error %s, of which it says the name alone', async (error, name) => {
    const { responses } = await answered({}, async () => {
      throw error;
    });
    const Reason = `The check failed with ${name}. Deploy again.`;
    expect(responses).toMatchObject([[url, { Status: 'FAILED', Reason }]]);
  });

  it('that deletes succeeds without a check, so that nothing keeps a stack alive', async () => {
    const { responses } = await answered({ RequestType: 'Delete' }, async () => {
      throw new Error('not called');
    });
    expect(responses).toMatchObject([[url, { Status: 'SUCCESS' }]]);
  });

  it('gets an answer of fewer than 4,096 bytes', async () => {
    const { responses } = await answered({}, async () => ({ fault: 'x'.repeat(10_000) }));
    expect(JSON.stringify(responses[0]?.[1]).length).toBeLessThan(4_096);
  });

  it('leaves its URL, which is a credential, out of the log', async () => {
    const { lines } = await answered({}, async () => ({ fault: 'no' }));
    expect(lines).toEqual([{ outcome: 'refused', fault: 'no' }]);
  });
});
