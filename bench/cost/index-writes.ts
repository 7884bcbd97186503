/** The cost of a write in its table's indexes, which the emulator's own figures leave out. */
import type { GlobalSecondaryIndexDescription } from '@aws-sdk/client-dynamodb';
import { type WireItem, writeUnits } from './item-size.ts';

/**
 * The units that a write consumes in one index (Developer Guide, "Write considerations for global
 * secondary indexes"). An unchanged entry costs nothing. Creating, changing or removing it costs
 * one write, and a change of its key costs two.
 */
export function countIndexUnits(
  index: GlobalSecondaryIndexDescription,
  before: WireItem | undefined,
  after: WireItem | undefined,
): number {
  const keys = (index.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
  const [was, is] = [findEntry(index, keys, before), findEntry(index, keys, after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return 0;
  const isMoved = was && is && keys.some((key) => !isSame(was[key], is[key]));
  return isMoved ? writeUnits(was, undefined) + writeUnits(undefined, is) : writeUnits(was, is);
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The item's entry in the index; undefined if the item lacks one of the index's keys. */
function findEntry(
  { Projection }: GlobalSecondaryIndexDescription,
  keys: readonly string[],
  item: WireItem | undefined,
): WireItem | undefined {
  if (item === undefined || keys.some((key) => item[key] === undefined)) return undefined;
  if (Projection?.ProjectionType === 'ALL') return item;
  const names = ['id', ...keys, ...(Projection?.NonKeyAttributes ?? [])].toSorted();
  return Object.fromEntries(
    names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
  );
}
