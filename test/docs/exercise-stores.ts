/** Calls every method of every adapter on DynamoDB once, with every optional member. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClientLimits } from '../../lambda/aws/dynamo-client-limits.ts';
import { createDynamoIntuneVerdicts } from '../../lambda/aws/dynamo-intune-verdicts.ts';
import { createDynamoNextTurn } from '../../lambda/aws/dynamo-rate-limiter.ts';
import { createDynamoReplayGuard } from '../../lambda/aws/dynamo-replay-guard.ts';
import { createDynamoRevocationInbox } from '../../lambda/aws/dynamo-revocations.ts';
import { createDynamoUsedTokens } from '../../lambda/aws/dynamo-used-tokens.ts';
import type { HistoryEntry } from '../../lambda/ports/history.ts';
import {
  certificateOf,
  challenge,
  claimed,
  created,
  grantedRow,
  issuing,
  refusing,
  withholding,
} from '../contract/samples.ts';
import { dynamoStores, now, tables } from '../contract/stores.ts';

/** The table of envelopes, beside those of the contracts. */
export const envelopesTable = 'envelopes';

const nowSeconds = () => now;
const milliseconds = now * 1000;

/** Every port on DynamoDB, by the name of its adapter. */
function openStores(client: DynamoDBClient) {
  const stores = dynamoStores(client);
  const { register, history } = stores;
  const ofConnector = { connectorId: 'test', nowSeconds };
  const limits = createDynamoClientLimits(client, envelopesTable, ofConnector);
  return {
    stores,
    ports: {
      enrolments: stores.enrolments,
      attempts: stores.attempts,
      due: stores.due,
      lost: stores.lost,
      withheld: stores.withheld,
      certificates: stores.certificates,
      rateLimiter: stores.rateLimiter,
      register,
      tags: register.tags,
      history,
      usedTokens: createDynamoUsedTokens(client, tables.challenges),
      envelopes: createDynamoReplayGuard(client, envelopesTable, { ...ofConnector, keptDays: 14 }),
      ...limits,
      verdicts: createDynamoIntuneVerdicts(client, tables.enrolments, 'test'),
      revocations: createDynamoRevocationInbox(client, tables.enrolments, 'test', nowSeconds),
      nextTurn: { read: createDynamoNextTurn(client, tables.certificates) },
    },
  };
}

/** Returns the methods that were not called: `<port>.<method>`. */
export async function exerciseStores(client: DynamoDBClient): Promise<readonly string[]> {
  const { stores, ports } = openStores(client);
  const { called, watched } = watchMethods(ports);
  const all = { ...stores, ...watched };
  await exerciseChallenges(all, watched);
  await exerciseAttempts(all, watched);
  await exerciseSearches(all, watched);
  await exerciseHistory(watched);
  await exerciseIntune(watched);
  await exerciseEnvelopes(watched);
  return Object.entries(ports)
    .flatMap(([port, methods]) => Object.keys(methods).map((method) => `${port}.${method}`))
    .filter((method) => !called.has(method) && !method.endsWith('.tags'));
}

type Ports = ReturnType<typeof openStores>['ports'];
type All = ReturnType<typeof openStores>['stores'] & Ports;

/** Wraps each method so that it notes its call. */
function watchMethods(ports: Ports) {
  const called = new Set<string>();
  const watched = Object.fromEntries(
    Object.entries(ports).map(([port, methods]) => [
      port,
      Object.fromEntries(
        Object.entries(methods).map(([name, method]) => [
          name,
          typeof method !== 'function'
            ? method
            : (...values: unknown[]) => {
                called.add(`${port}.${name}`);
                return (method as (...values: unknown[]) => unknown)(...values);
              },
        ]),
      ),
    ]),
  ) as unknown as Ports;
  return { called, watched };
}

async function exerciseChallenges(all: All, { register, tags, usedTokens }: Ports): Promise<void> {
  const full = challenge(2, {
    name: 'sample name',
    updatedAtSeconds: now,
    expiresAtSeconds: now + 3600,
    constraints: { subject: { CN: ['*'] } },
    tags: { team: 'one' },
  });
  await register.create(full);
  await register.create(
    challenge(undefined, { revokedAtSeconds: now, replacedBy: 'sample', tags: {} }),
  );
  await register.find(full.id);
  const { next } = await register.list('test', { limit: 1 });
  await register.list('test', { limit: 1, ...(next && { after: next }) });
  await register.replace(full.id, { challengeId: 'sample', expiresAtSeconds: now + 60 }, now);
  const room = { keysThere: ['team'], maxTagsBefore: 50 };
  await tags.change(full.id, { set: { team: 'two' }, remove: ['none'], room }, now);
  await tags.change('test#connector', { set: { team: 'two' }, remove: [] }, now);
  await tags.of('test#connector');
  const counted = await created(all, 1);
  await claimed(all, grantedRow(), { countedChallenge: counted });
  await register.revoke(counted, now);
  const token = {
    id: 'test#token#sample token',
    requestDigest: 'a digest',
    sealedPassword: Uint8Array.of(1),
    madeAtSeconds: now,
  };
  await usedTokens.keep(token, now - 60);
  await usedTokens.keep(token, now - 60);
}

async function exerciseAttempts(all: All, ports: Ports): Promise<void> {
  const { attempts, enrolments, withheld, certificates, rateLimiter, nextTurn } = ports;
  const row = await claimed(all);
  await enrolments.bindTransaction('sample transaction', row.enrolmentId);
  await enrolments.findTransaction('sample transaction');
  await nextTurn.read();
  await rateLimiter.take(milliseconds, 0);
  await rateLimiter.take(milliseconds, milliseconds + 40);
  await attempts.begin({ ...row, turnAtMilliseconds: milliseconds, tries: 0 });
  await attempts.postpone(row, now + 1);
  await attempts.mark(row, now);
  await attempts.unmark(row);
  await attempts.mark(row, now);
  await attempts.recordArn(row, 'an ARN');
  const certificate = certificateOf(row);
  await attempts.record(certificate);
  await attempts.settle(issuing(certificate));
  await attempts.read(row);
  await certificates.find(certificate.serialHex);
  await certificates.markRevoked(certificate.serialHex, now);
  const { row: previous } = await enrolments.readKnown({
    enrolmentId: row.enrolmentId,
    challengeKey: 'test#00000000-0000-0000-0000-000000000000',
  });
  await claimed(all, { ...row, attempt: 2 }, { previous });

  const refused = await claimed(all);
  await attempts.begin({ ...refused, turnAtMilliseconds: milliseconds, tries: 0 });
  await attempts.withhold(refused, 'CertificateLost');
  const used = await created(all, 2);
  for (const basis of ['rejected', 'failed', 'notAsked', 'unknown'] as const)
    await attempts.settle(refusing(refused, { basis, giveBack: used }));
  await attempts.discard(certificateOf(refused, { withheldFor: 'CertificateLost' }), now);

  const bad = certificateOf(await claimed(all));
  await attempts.settle(withholding(bad));
  for (const one of (await withheld.pending(100)).certificates)
    await withheld.markRevoked(one, now);
}

async function exerciseSearches(all: All, { attempts, due, lost }: Ports): Promise<void> {
  const search = { askedAtSeconds: now - 600 };
  for (const candidates of [['an ARN'], []]) {
    const row = await claimed(all);
    await attempts.requestSearch(row, search, now);
    const listed = (await lost.due(now, 100)).find(
      ({ enrolmentId }) => enrolmentId === row.enrolmentId,
    );
    if (listed === undefined) throw new Error('the search is not listed');
    await lost.postpone(listed, now, now + 1);
    await lost.report({ ...listed, dueAtSeconds: now + 1 }, { candidates, searchedAtSeconds: now });
    const sealedGrant = Uint8Array.of(7);
    await attempts.settle(refusing(row, {}, { code: 'CertificateLost', search, sealedGrant }));
    await attempts.endSearch(row);
  }
  await attempts.postpone(await claimed(all), now);
  const listed = await due.due(now + 60, 100);
  await due.progressOf(listed);
  for (const one of listed) await due.postpone(one, now + 60);
  await due.lease('sample holder', now, now + 60);
}

async function exerciseHistory({ history }: Ports): Promise<void> {
  const entry: HistoryEntry = {
    connectorId: 'test',
    atMilliseconds: milliseconds,
    id: randomUUID(),
    outcome: 'refused',
    code: 'UnsupportedAlgorithm',
    subject: 'CN=device',
    serialHex: '0a',
    certificateArn: 'an ARN',
    challengeId: 'one',
    enrolmentId: 'two',
    transactionId: 'three',
    refused: 'SHA-1',
    source: 'a source',
  };
  await history.record(entry, 'sample source');
  const { connectorId } = entry;
  const group = { connectorId, code: 'UnsupportedAlgorithm', source: 'sample source' } as const;
  await history.add({ ...group, refused: 'SHA-1' }, 1, milliseconds);
  await history.add(group, 2, milliseconds);
  const { next = '' } = await history.list('test', { limit: 1 }, now);
  await history.list('test', { limit: 1, before: next }, now);
}

async function exerciseIntune({ verdicts, revocations }: Ports): Promise<void> {
  const verdict = { enrolmentId: 'sample enrolment', atSeconds: now };
  await verdicts.record('sample challenge', { ...verdict, refused: 'Intune:NotAllowed' });
  await verdicts.record('sample challenge', verdict);
  await verdicts.find('sample challenge');
  const request = {
    ...{ requestContext: 'a context', serialNumber: '0a' },
    ...{ issuerName: 'CN=CA', caConfiguration: 'a configuration' },
  };
  await revocations.open(request);
  await revocations.pending(10);
  await revocations.record({ requestContext: request.requestContext, succeeded: true });
  await revocations.close(request.requestContext);
}

async function exerciseEnvelopes(ports: Ports): Promise<void> {
  const { envelopes, decryptions, guesses, validations } = ports;
  const mark = { encryptedKeySha256: 'ab'.repeat(32), envelopeSha256: 'cd'.repeat(32) };
  await envelopes.admit(mark, 'sample sender');
  const code = 'UnsupportedAlgorithm';
  await envelopes.rememberRefusal(mark, 'sample sender', { code });
  await envelopes.rememberRefusal(mark, 'sample sender', { code, refused: 'SHA-1' });
  await envelopes.admit(mark, 'sample sender');
  for (const budget of [decryptions, guesses, validations]) {
    for (let charged = 0; charged < 4; charged += 1) await budget.recordFailure('sample source');
    await budget.allows('sample source');
  }
}
