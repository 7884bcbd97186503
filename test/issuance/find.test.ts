import { describe, expect, it } from 'vitest';
import { find } from '../../lambda/issuance/find.ts';
import { idempotencyToken } from '../../lambda/issuance/order.ts';
import type { EntryState, LedgerEntry } from '../../lambda/ports.ts';
import { memoryLedger } from '../fakes/memory-ledger.ts';

const input = { enrolmentId: 'f'.repeat(64), generation: 1 };
const askedAtSeconds = 1_800_000_000;
const hours = 3600;

/** An enrolment that stands so, so long after it was asked for, where the record shows these certificates by token. */
async function found(
  state: EntryState,
  { after, recorded = {} }: { after: number; recorded?: Readonly<Record<string, string>> },
) {
  const ledger = memoryLedger();
  const entry: LedgerEntry = {
    ...input,
    connectorId: 'test',
    sealedGrant: new Uint8Array(),
    state,
  };
  await ledger.begin(entry);
  const asked: (readonly number[])[] = [];
  const records = {
    certificateArnOf: async (token: string, from: number, to: number) => {
      asked.push([from, to]);
      return recorded[token];
    },
  };
  const nowSeconds = () => askedAtSeconds + after;
  const result = find(input, { ledger, records, nowSeconds });
  return { result, ledger, asked };
}

const unknown: EntryState = { status: 'granted', askedAtSeconds, asks: 2 };
const made = { [idempotencyToken(input)]: 'arn:made' };

describe('a certificate that may have been made', () => {
  it('is adopted where the record shows it: the ledger has its ARN', async () => {
    const { result, ledger } = await found(unknown, { after: 300, recorded: made });
    expect(await result).toEqual({ ...input, found: true, certificateArn: 'arn:made' });
    expect((await ledger.find(input.enrolmentId))?.state).toMatchObject({
      certificateArn: 'arn:made',
    });
  });

  it('is looked for again while the record may lag', async () => {
    const { result } = await found(unknown, { after: 2 * hours });
    expect(await result).toEqual({ ...input, found: false, waitSeconds: 300 });
  });

  it('was never made if the record does not show it two hours after', async () => {
    const { result } = await found(unknown, { after: 2 * hours + 1 });
    await expect(result).rejects.toMatchObject({ name: 'CertificateLost' });
  });

  it('is looked for from before the first ask to after the last', async () => {
    const { result, asked } = await found(unknown, { after: 300 });
    await result;
    expect(asked).toEqual([[askedAtSeconds - 60, askedAtSeconds + 360]]);
  });

  it('is not looked for where the ledger knows it', async () => {
    const { result, asked } = await found(
      { ...unknown, certificateArn: 'arn:known' },
      { after: 300 },
    );
    expect(await result).toMatchObject({ found: true, certificateArn: 'arn:known' });
    expect(asked).toEqual([]);
  });

  it('is nobody’s where the enrolment was refused', async () => {
    const state: EntryState = { status: 'refused', code: 'CertificateRefused' };
    await expect((await found(state, { after: 300 })).result).rejects.toThrow('NotGranted');
  });
});
