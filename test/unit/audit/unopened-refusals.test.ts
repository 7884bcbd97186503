/**
 * Refusals before the envelope is opened: counted in groups, and written once a minute for each.
 */
import { describe, expect, it } from 'vitest';
import { createUnopenedCounter } from '../../../lambda/audit/unopened-refusals.ts';
import type { RefusalGroup } from '../../../lambda/ports/refusals.ts';

const group = (more: Partial<RefusalGroup> = {}): RefusalGroup => ({
  connectorId: 'test',
  code: 'SignatureInvalid',
  source: 'a keyed hash',
  ...more,
});

/** Creates a counter with its clock, its writes and its log lines. */
function createCounter(add: () => Promise<void> = async () => {}) {
  const time = { milliseconds: 1_800_000_000_000 };
  const writes: { readonly group: RefusalGroup; readonly count: number }[] = [];
  const lines: object[] = [];
  const count = createUnopenedCounter({
    refusals: {
      add: async (one, added) => {
        writes.push({ group: one, count: added });
        await add();
      },
    },
    nowMilliseconds: () => time.milliseconds,
    log: (fields) => void lines.push(fields),
  });
  return { count, time, writes, lines };
}

describe('refusals before the envelope is opened', () => {
  it('are written at once, and then at most once a minute with their count', async () => {
    const { count, time, writes } = createCounter();
    for (let at = 0; at < 500; at += 1) await count(group());
    expect(writes.map((one) => one.count)).toEqual([1]);
    time.milliseconds += 59_999;
    await count(group());
    expect(writes).toHaveLength(1);
    time.milliseconds += 1;
    await count(group());
    expect(writes.map((one) => one.count)).toEqual([1, 501]);
  });

  it('are grouped by code, by refused name and by client', async () => {
    const { count, writes } = createCounter();
    const groups = [
      group(),
      group({ code: 'EnvelopeRefused' }),
      group({ refused: 'SHA-1' }),
      group({ source: 'another' }),
    ];
    for (const one of [...groups, ...groups]) await count(one);
    expect(writes.map((one) => one.group)).toEqual(groups);
  });

  it('of very many clients within a minute share one group per code', async () => {
    const { count, writes } = createCounter();
    for (let at = 0; at < 300; at += 1) await count(group({ source: `stranger ${at}` }));
    expect(writes).toHaveLength(101);
    expect(writes.at(-1)?.group).toEqual(group({ source: 'others' }));
  });

  it('of new clients get their own groups again after a minute', async () => {
    const { count, time, writes } = createCounter();
    for (let at = 0; at < 100; at += 1) await count(group({ source: `stranger ${at}` }));
    time.milliseconds += 60_000;
    await count(group({ source: 'a device' }));
    expect(writes.at(-1)?.group).toEqual(group({ source: 'a device' }));
  });

  it('neither delay nor fail an answer if they cannot be written', async () => {
    const { count, lines } = createCounter(async () => {
      throw Object.assign(new Error('CANARY'), { name: 'TableDown' });
    });
    await count(group());
    expect(lines).toEqual([{ audit: 'lost', what: 'refusal', code: 'TableDown' }]);
  });
});
