import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendCloudFormationResponse } from '../../../lambda/aws/cloudformation-response.ts';

const clock = { sleep: async () => {} };

/** A presigned URL that answers in turn with these statuses, and the requests that it got. */
async function presigned(...statuses: readonly number[]) {
  const left = [...statuses];
  const requests: { method?: string; type?: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    requests.push({
      ...(method && { method }),
      ...(headers['content-type'] && { type: headers['content-type'] }),
      body: await text(request),
    });
    response.writeHead(left.shift() ?? 200).end();
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/key?Signature=secret`, requests };
}

describe('an answer to CloudFormation', () => {
  it('is a PUT of JSON without a Content-Type, which the URL does not cover', async () => {
    const { url, requests } = await presigned();
    await sendCloudFormationResponse(url, { Status: 'SUCCESS' }, clock);
    expect(requests).toEqual([{ method: 'PUT', body: '{"Status":"SUCCESS"}' }]);
  });

  it('is sent again after an error of S3 or of the network', async () => {
    const { url, requests } = await presigned(503, 500, 503);
    await sendCloudFormationResponse(url, {}, clock);
    expect(requests).toHaveLength(4);
    let tries = 0;
    await sendCloudFormationResponse(url, {}, clock, (...request) => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('reset')) : fetch(...request);
    });
    expect(requests).toHaveLength(5);
  });

  it('that cannot be delivered throws, without the URL', async () => {
    const { url, requests } = await presigned(403, 403, 403, 403, 403);
    const sent = sendCloudFormationResponse(url, {}, clock);
    await expect(sent).rejects.toMatchObject({ message: 'DeploymentNotAnswered' });
    expect(requests).toHaveLength(4);
  });
});
