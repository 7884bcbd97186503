/** The size of items as DynamoDB counts it (Developer Guide, "DynamoDB item sizes and formats"). */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item in DynamoDB's JSON, where octets are base64. */
export type WireItem = Readonly<Record<string, WireValue>>;
type WireValue = { readonly [Type in keyof AttributeValue]?: unknown };

/** The size of an item: its names and values. */
const countItemBytes = (item: WireItem): number =>
  Object.entries(item)
    .map(([name, value]) => Buffer.byteLength(name) + countValueBytes(value))
    .reduce((sum, bytes) => sum + bytes, 0);

function countValueBytes(value: WireValue): number {
  if (typeof value.S === 'string') return Buffer.byteLength(value.S);
  // DynamoDB takes about one byte for two significant digits, and one more.
  if (typeof value.N === 'string') return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if (typeof value.B === 'string') return Buffer.from(value.B, 'base64').length;
  if (value.M !== undefined) return 3 + countItemBytes(value.M as WireItem);
  if (Array.isArray(value.L))
    return (
      3 + value.L.map((one) => 1 + countValueBytes(one)).reduce((sum, bytes) => sum + bytes, 0)
    );
  return 1;
}

/** A consistent read of 4 KB is one unit; so is the read of a missing item. */
export const readUnits = (item: WireItem | undefined): number =>
  Math.max(1, Math.ceil((item ? countItemBytes(item) : 0) / 4096));

/** A write of 1 KB is one unit. The larger of the items before and after counts. */
export const writeUnits = (before: WireItem | undefined, after: WireItem | undefined): number =>
  Math.max(1, Math.ceil(Math.max(bytesOf(before), bytesOf(after)) / 1024));

const bytesOf = (item: WireItem | undefined): number => (item ? countItemBytes(item) : 0);
