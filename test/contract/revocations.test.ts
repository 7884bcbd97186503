import { randomBytes, randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoIssuedCertificates } from '../../lambda/aws/dynamo-issued-certificates.ts';
import { dynamoLedger } from '../../lambda/aws/dynamo-ledger.ts';
import { dynamoRevocationJournal } from '../../lambda/aws/dynamo-revocations.ts';
import type {
  EntryState,
  IssuedCertificates,
  Ledger,
  RevocationJournal,
  RevocationRequest,
} from '../../lambda/ports.ts';
import { requireSerial } from '../../lambda/serial-number.ts';
import { memoryLedger } from '../fakes/memory-ledger.ts';
import { memoryIssuedCertificates, memoryRevocationJournal } from '../fakes/memory-revocations.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;
const time = { seconds: now };
const nowSeconds = () => time.seconds;

const request = (requestContext: string, serialNumber = '0A'): RevocationRequest => ({
  requestContext,
  serialNumber,
});

/** What every journal must do, in memory and in DynamoDB alike. `fresh` is of a connector nobody has heard of. */
function journalContract(fresh: () => RevocationJournal): void {
  const contexts = async (journal: RevocationJournal, limit = 10) =>
    (await journal.pending(limit)).map((one) => one.request.requestContext);

  it('gives what was opened, whole, the oldest first and as many as are asked for', async () => {
    const journal = fresh();
    const whole = { ...request('one'), issuerName: 'CN=CA', caConfiguration: 'of ours' };
    for (const each of [whole, request('two'), request('three')]) {
      await journal.open(each);
      time.seconds += 1;
    }
    expect(await journal.pending(1)).toEqual([{ request: whole }]);
    expect(await contexts(journal, 2)).toEqual(['one', 'two']);
  });

  it('keeps the place of one that is opened again, and opens it once', async () => {
    const journal = fresh();
    for (const name of ['one', 'two', 'one']) {
      await journal.open(request(name));
      time.seconds += 1;
    }
    expect(await contexts(journal)).toEqual(['one', 'two']);
  });

  it('keeps the first result, of a revocation and of every reason for none', async () => {
    const journal = fresh();
    const results = [
      { requestContext: 'revoked', succeeded: true },
      { requestContext: 'unknown', succeeded: false, error: 'certificateNotFound' },
      { requestContext: 'unreadable', succeeded: false, error: 'notSupported' },
    ] as const;
    for (const result of results) {
      await journal.open(request(result.requestContext));
      time.seconds += 1;
      await journal.record(result);
      await journal.record({ ...result, succeeded: false, error: 'notSupported' });
    }
    expect((await journal.pending(10)).map(({ result }) => result)).toEqual(results);
  });

  it('does not give what is closed, until it comes again: with the result that it had', async () => {
    const journal = fresh();
    await journal.open(request('one'));
    await journal.record({ requestContext: 'one', succeeded: true });
    await journal.close('one');
    expect(await contexts(journal)).toEqual([]);
    await journal.open(request('one'));
    expect(await journal.pending(10)).toEqual([
      { request: request('one'), result: { requestContext: 'one', succeeded: true } },
    ]);
  });

  it('knows nothing of a result or an end of what was never opened', async () => {
    const journal = fresh();
    await journal.record({ requestContext: 'never', succeeded: true });
    await journal.close('never');
    await journal.open(request('never'));
    expect(await journal.pending(10)).toEqual([{ request: request('never') }]);
  });

  it('takes a context of any length', async () => {
    const journal = fresh();
    const long = 'x'.repeat(3000);
    await journal.open(request(long));
    expect(await contexts(journal)).toEqual([long]);
  });
}

const issued: EntryState = {
  status: 'issued',
  certificateArn: 'arn:one',
  certificate: Uint8Array.of(9),
  notBeforeSeconds: now,
  notAfterSeconds: now + 86_400,
};

interface Books {
  readonly ledger: Ledger;
  readonly certificates: IssuedCertificates;
}

/** What every list of certificates must do. */
function certificatesContract(books: () => Books): void {
  /** An enrolment with a certificate; `settled` once that is recorded in the ledger as well. */
  const recorded = async (generation = 1, enrolmentId: string = randomUUID()) => {
    const { ledger, certificates } = books();
    const input = { enrolmentId, generation };
    const sealedGrant = Uint8Array.of(7);
    await ledger.begin({
      ...input,
      connectorId: 'test',
      sealedGrant,
      state: { status: 'granted' },
    });
    const serialHex = `00${randomBytes(8).toString('hex')}0B`;
    const certificate = { ...input, serialHex, notAfterSeconds: now + 86_400 };
    await certificates.record(certificate);
    const key = requireSerial(serialHex);
    return { ...books(), input, serialHex, key, certificate };
  };
  const revokedAt = async ({ ledger, input }: Awaited<ReturnType<typeof recorded>>) => {
    const state = (await ledger.find(input.enrolmentId))?.state;
    return state?.status === 'issued' ? state.revokedAtSeconds : 'not issued';
  };

  it('finds a certificate by its serial number, without the octet 00 of an INTEGER', async () => {
    const { certificates, key, serialHex } = await recorded();
    expect(serialHex).toMatch(/^00/);
    expect(key).not.toMatch(/^00/);
    expect(await certificates.find(key)).toEqual({ serialHex: key });
  });

  it('finds none that was not recorded, and marks none', async () => {
    const { certificates } = books();
    await certificates.markRevoked('ff', now);
    expect(await certificates.find('ff')).toBeUndefined();
  });

  it('marks a certificate and its enrolment, the first time for good', async () => {
    const one = await recorded();
    await one.ledger.settle(one.input, issued);
    await one.certificates.markRevoked(one.key, now);
    await one.certificates.markRevoked(one.key, now + 1);
    expect(await one.certificates.find(one.key)).toMatchObject({ revokedAtSeconds: now });
    expect(await revokedAt(one)).toBe(now);
  });

  it('keeps the mark when the certificate is recorded again', async () => {
    const { certificates, certificate, key } = await recorded();
    await certificates.markRevoked(key, now);
    await certificates.record(certificate);
    expect(await certificates.find(key)).toMatchObject({ revokedAtSeconds: now });
  });

  it('marks an enrolment that is settled a moment later', async () => {
    const one = await recorded();
    await one.certificates.markRevoked(one.key, now);
    await one.ledger.settle(one.input, issued);
    expect(await revokedAt(one)).toBe(now);
  });

  it('does not mark a later generation of the enrolment, which has another certificate', async () => {
    const first = await recorded();
    const second = await recorded(2, first.input.enrolmentId);
    await second.ledger.settle(second.input, issued);
    await first.certificates.markRevoked(first.key, now);
    expect(await revokedAt(second)).toBeUndefined();
    expect(await first.certificates.find(first.key)).toMatchObject({ revokedAtSeconds: now });
  });
}

describe('the journal of revocations in memory', () => {
  journalContract(memoryRevocationJournal);
});

describe('the issued certificates in memory', () => {
  const ledger = memoryLedger(nowSeconds);
  const certificates = memoryIssuedCertificates([], ledger);
  certificatesContract(() => ({ ledger, certificates }));
});

describe('in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  const journalOf = (connectorId: string) =>
    dynamoRevocationJournal(table.client, table.table, connectorId, nowSeconds);
  const certificatesOf = (connectorId: string) =>
    dynamoIssuedCertificates(table.client, table.table, connectorId);
  const ledgerOf = (connectorId: string) =>
    dynamoLedger(table.client, table.table, connectorId, nowSeconds);
  const next = (): string => {
    connectors += 1;
    return `test-${connectors}`;
  };

  describe('the journal of revocations', () => {
    journalContract(() => journalOf(next()));

    it('is each connector’s own', async () => {
      await journalOf(next()).open(request('one'));
      expect(await journalOf(next()).pending(10)).toEqual([]);
    });

    it('shows the ledger no enrolment of it', async () => {
      const connectorId = next();
      await journalOf(connectorId).open(request('one'));
      expect(await ledgerOf(connectorId).unsettled(now * 2, 10)).toEqual([]);
    });
  });

  describe('the issued certificates', () => {
    certificatesContract(() => ({
      ledger: ledgerOf('test'),
      certificates: certificatesOf('test'),
    }));

    it('are each connector’s own', async () => {
      const certificate = {
        enrolmentId: 'one',
        generation: 1,
        serialHex: '0c',
        notAfterSeconds: 1,
      };
      await certificatesOf(next()).record(certificate);
      expect(await certificatesOf(next()).find('c')).toBeUndefined();
    });

    it('are kept for 30 days after their end', async () => {
      const certificate = {
        enrolmentId: 'one',
        generation: 1,
        serialHex: '0d',
        notAfterSeconds: now,
      };
      await certificatesOf('kept').record(certificate);
      const Key = { id: { S: 'kept#serial#0d' } };
      const { Item } = await table.client.send(new GetItemCommand({ TableName: table.table, Key }));
      expect(Item?.ttl?.N).toBe(String(now + 30 * 86_400));
    });
  });
});
