/**
 * A restore of the tables from a backup, as the runbook describes it. Nothing starts and no device
 * enrols until three steps are done. Every open row is looked up by its token in CloudTrail or
 * ended. Every open challenge is revoked. Every certificate without a row is revoked.
 */
import { parseIssuedCertificate } from '../../lambda/asn1/issued-certificate.ts';
import { toIdempotencyToken } from '../../lambda/issuance/order.ts';
import { computeLastSearch } from '../../lambda/issuance/search-schedule.ts';
import type { RecordedIssuance } from '../../lambda/ports/issuance-log.ts';
import { type MemoryTables, storedRowOf } from '../support/fakes/memory-tables.ts';
import type { Run } from './create-run.ts';
import { durableCaller } from './device.ts';
import type { Ports } from './ports.ts';
import { connectorId } from './requests.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** All running executions and functions have ended after this time. */
const drainMilliseconds = 8 * minute;

/** CloudTrail has recorded everything after this time. */
const recordMilliseconds = 190 * minute;

/** Takes a backup, and restores it some minutes later. */
export async function restoreFromBackup(run: Run): Promise<void> {
  const { time, dice, world, trace } = run;
  await time.sleep(dice.between(0, 2 * minute));
  const backup = copyTables(world.tables);
  const backupAtSeconds = world.nowSeconds();
  trace.note('backup');
  await time.sleep(dice.between(10_000, 10 * minute));
  world.gateway.isClosed = true;
  await time.sleep(drainMilliseconds);
  replaceTables(world, backup);
  trace.note('restored');
  await time.sleep(recordMilliseconds);
  await followRunbook(run, backupAtSeconds);
  trace.note('open again');
}

/** Follows the runbook, from the restored tables until devices can enrol again. */
async function followRunbook(run: Run, backupAtSeconds: number): Promise<void> {
  const { world, trace } = run;
  const ports = await world.createPorts(durableCaller('operator', () => 0));
  const issuances = await readRecord(ports, backupAtSeconds - 600, world.nowSeconds());
  for (const id of [...world.tables.challenges.keys()])
    await ports.challenges.revoke(id, world.nowSeconds());
  const reported = await reportOpenRows(world, ports, issuances);
  trace.note(`runbook: ${issuances.length} in the record, ${reported} rows open`);
  await settleReported(run);
  await revokeUnknown(world, ports, issuances);
  world.truth.isRestoring = false;
  world.gateway.isClosed = false;
}

/** Reads every recorded issuance of a period. */
async function readRecord(
  { issuanceLog }: Ports,
  fromSeconds: number,
  toSeconds: number,
): Promise<readonly RecordedIssuance[]> {
  const found: RecordedIssuance[] = [];
  for (let from = fromSeconds; from < toSeconds; from += 3600)
    found.push(...(await issuanceLog.between(from, Math.min(from + 3600, toSeconds))));
  return found;
}

/** Gives every open row the result of its search. A row without a certificate is ended. */
async function reportOpenRows(
  { tables, nowSeconds }: World,
  { attempts, lost }: Ports,
  issuances: readonly RecordedIssuance[],
): Promise<number> {
  const search = { askedAtSeconds: nowSeconds() };
  const open = [...tables.rows.values()].filter(({ row }) => row.state.status === 'granted');
  for (const { row } of open) await attempts.requestSearch(row, search, search.askedAtSeconds);
  const listed = await lost.due(nowSeconds() + 1, 1000);
  for (const one of listed) {
    const token = toIdempotencyToken(one);
    const possible = issuances.filter(({ idempotencyToken: shown = token }) => shown === token);
    const candidates = possible.map(({ certificateArn }) => certificateArn).slice(0, 50);
    const searchedAtSeconds = one.isRefused ? nowSeconds() : computeLastSearch(one.search);
    if (!one.isRefused) await lost.report(one, { candidates, searchedAtSeconds });
  }
  return open.length;
}

/** Runs the dispatcher until no row is open. */
async function settleReported({ world, time }: Run): Promise<void> {
  const operator = durableCaller('operator', () => 0);
  const isOpen = (): boolean =>
    [...world.tables.rows.values()].some(({ row }) => row.state.status === 'granted');
  while (isOpen()) {
    await world.dispatch(operator).catch(() => {});
    await time.sleep(minute);
  }
}

/** Revokes the certificates of attempts that are missing in the restored tables. */
async function revokeUnknown(
  { tables }: World,
  { ca }: Ports,
  issuances: readonly RecordedIssuance[],
): Promise<void> {
  const known = new Set(
    [...tables.serials.values()].map(({ certificate }) => certificate.certificateArn),
  );
  for (const { certificateArn } of issuances) {
    if (known.has(certificateArn)) continue;
    const pem = await ca.retrieve(certificateArn).catch(() => undefined);
    if (pem !== undefined) await ca.revoke(parseIssuedCertificate(pem).serialHex);
  }
}

/** Copies the tables. Rows and serial records change in place, so each one is copied. */
function copyTables(tables: MemoryTables): MemoryTables {
  const copy = <Value extends object>(of: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...of].map(([id, value]) => [id, { ...value }]));
  return {
    challenges: new Map(tables.challenges),
    rows: copy(tables.rows),
    transactions: new Map(tables.transactions),
    progress: new Map(tables.progress),
    serials: copy(tables.serials),
    refusals: tables.refusals,
    nextTurnAtMilliseconds: tables.nextTurnAtMilliseconds,
  };
}

/** Replaces the tables by the backup. Attempts claimed since then are gone. */
function replaceTables({ tables, truth }: World, backup: MemoryTables): void {
  for (const name of ['challenges', 'rows', 'transactions', 'progress', 'serials'] as const) {
    const table = tables[name] as Map<string, unknown>;
    table.clear();
    for (const [id, value] of backup[name]) table.set(id, value);
  }
  tables.nextTurnAtMilliseconds = backup.nextTurnAtMilliseconds;
  truth.isRestoring = true;
  truth.isRestored = true;
  for (const challenge of truth.challenges.values()) challenge.isRestored = true;
  for (const attempt of truth.attempts)
    if (storedRowOf(tables, connectorId, attempt) === undefined) attempt.isGone = true;
}
