/**
 * Reading items: an attribute that is missing or of another type is an error that names the item,
 * never a default.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Fault, type FaultCode } from '../core/errors.ts';
import type { Item } from './enrolment-keys.ts';

/**
 * Reads the attributes of one item; every `required` read throws the fault of that kind of item,
 * with its id.
 */
export function readStoredItem(item: Item, fault: FaultCode) {
  const unreadable = (): Fault => new Fault(fault, item.id?.S);
  const required = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw unreadable();
    return value;
  };
  const numberIn = (value: AttributeValue | undefined): number | undefined => {
    if (value === undefined) return undefined;
    const read = Number(value.N);
    if (value.N === undefined || !Number.isFinite(read)) throw unreadable();
    return read;
  };
  return {
    unreadable,
    text: (name: string): string => required(item[name]?.S),
    optionalText: (name: string): string | undefined =>
      item[name] === undefined ? undefined : required(item[name].S),
    number: (name: string): number => required(numberIn(item[name])),
    optionalNumber: (name: string): number | undefined => numberIn(item[name]),
    octets: (name: string): Uint8Array => required(item[name]?.B),
    optionalOctets: (name: string): Uint8Array | undefined =>
      item[name] === undefined ? undefined : required(item[name].B),
    texts: (name: string): readonly string[] | undefined =>
      item[name] === undefined ? undefined : required(item[name].SS),
  };
}

/**
 * The items that could be read. An item that we did not write is reported, and the others are still
 * read.
 */
export function readEach<Read>(
  items: readonly Item[],
  read: (item: Item) => Read,
  report: (error: unknown) => void,
): readonly Read[] {
  return items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      report(error);
      return [];
    }
  });
}
