/** The connectors of a service, as its functions read them from Parameter Store. */
import type { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createSsmConnectorDirectory } from '../../../lambda/aws/ssm-connector-directory.ts';

const connector = (connectorId: string) => ({
  connectorId,
  lookupSecret: 'arn:lookup',
  adminSecret: 'arn:admin',
  certificateAuthorityArn: 'arn:ca',
  scepUrl: `https://example.com/scep/${connectorId}`,
  stateMachineArn: 'arn:states',
});

/** A directory over pages of values, with the requests that it sent and a clock. */
function directoryOf(...pages: readonly (readonly string[])[]) {
  const sent: unknown[] = [];
  const clock = { seconds: 1000 };
  const client = {
    send: async ({ input }: { readonly input: { readonly NextToken?: string } }) => {
      sent.push(input);
      const page = Number(input.NextToken ?? 0);
      return {
        Parameters: pages[page]?.map((Value) => ({ Value })),
        ...(page + 1 < pages.length && { NextToken: String(page + 1) }),
      };
    },
  } as unknown as SSMClient;
  const list = createSsmConnectorDirectory(client, '/path', () => clock.seconds);
  return { list, sent, clock };
}

const text = (connectorId: string): string => JSON.stringify(connector(connectorId));

describe('the directory of connectors', () => {
  it('lists the parameters of every page, sorted by id', async () => {
    const { list, sent } = directoryOf([text('b'), text('c')], [text('a')]);
    expect(await list()).toEqual([connector('a'), connector('b'), connector('c')]);
    expect(sent).toEqual([
      { Path: '/path', NextToken: undefined },
      { Path: '/path', NextToken: '1' },
    ]);
  });

  it('is empty for a service without connectors', async () => {
    expect(await directoryOf([]).list()).toEqual([]);
  });

  it('is read again after a minute, because a deployment changes it', async () => {
    const { list, sent, clock } = directoryOf([text('a')]);
    await list();
    clock.seconds += 59;
    await list();
    expect(sent).toHaveLength(1);
    clock.seconds += 1;
    await list();
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['text', 'a'],
    ['a number', '1'],
    ['null', 'null'],
    ['an entry without a state machine', JSON.stringify({ ...connector('a'), stateMachineArn: 1 })],
  ])('is an outage if a parameter holds %s', async (_, value) => {
    await expect(directoryOf([text('b'), value]).list()).rejects.toMatchObject({
      code: 'ConnectorUnreadable',
    });
  });

  it('is an outage if its pages do not end', async () => {
    const pages = Array.from({ length: 200 }, () => [text('a')]);
    await expect(directoryOf(...pages).list()).rejects.toMatchObject({
      code: 'ConnectorDirectoryTooLong',
    });
  });
});
