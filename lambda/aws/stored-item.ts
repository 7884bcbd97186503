/**
 * Reading items. An attribute that is missing or of another type is an error that names the item,
 * never a default.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Fault, type FaultCode, isRefusalCode, type RefusalCode } from '../core/errors.ts';
import type { Item } from './attributes.ts';

/**
 * Reads the attributes of one item. Each reader throws `fault` with the item's id if its attribute
 * is malformed, or if it is missing and not optional.
 */
export function readStoredItem(item: Item, fault: FaultCode) {
  const unreadable = (): Fault => new Fault(fault, item.id?.S);
  const required = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw unreadable();
    return value;
  };
  const optional = <Value>(
    name: string,
    read: (attribute: AttributeValue) => Value | undefined,
  ): Value | undefined => {
    const attribute = item[name];
    return attribute === undefined ? undefined : required(read(attribute));
  };
  const readers = {
    optionalText: (name: string) => optional(name, ({ S }) => S),
    optionalNumber: (name: string) => optional(name, ({ N }) => readNumber(N)),
    optionalOctets: (name: string) => optional(name, ({ B }) => B),
    optionalTexts: (name: string): readonly string[] | undefined => optional(name, ({ SS }) => SS),
    optionalRefusalCode: (name: string): RefusalCode | undefined =>
      optional(name, ({ S = '' }) => (isRefusalCode(S) ? S : undefined)),
  };
  return {
    ...readers,
    unreadable,
    text: (name: string): string => required(readers.optionalText(name)),
    number: (name: string): number => required(readers.optionalNumber(name)),
    octets: (name: string): Uint8Array => required(readers.optionalOctets(name)),
    refusalCode: (name: string): RefusalCode => required(readers.optionalRefusalCode(name)),
  };
}

const readNumber = (text: string | undefined): number | undefined =>
  text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined;

/**
 * Reads the items that can be read. Reports the fault of every other item and leaves that item out.
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
