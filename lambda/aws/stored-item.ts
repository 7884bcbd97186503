/**
 * Reading items. An attribute that is missing or of another type is an error that names the item,
 * never a default.
 */
import { Fault, type FaultCode, isRefusalCode, type RefusalCode } from '../core/errors.ts';
import type { Item } from './attributes.ts';

/**
 * The attributes of one item. Each method throws the item's fault with its id if the attribute is
 * malformed, or if it is missing and not optional. A class, because a request reads several items
 * and closures for each of them take longer than the reading.
 */
class StoredItem {
  private readonly item: Item;
  private readonly fault: FaultCode;

  constructor(item: Item, fault: FaultCode) {
    this.item = item;
    this.fault = fault;
  }

  /** The fault of this item, for a caller that finds a contradiction in it. */
  unreadable(): Fault {
    return new Fault(this.fault, this.item.id?.S);
  }

  text(name: string): string {
    return this.require(this.item[name]?.S);
  }

  optionalText(name: string): string | undefined {
    return this.item[name] === undefined ? undefined : this.text(name);
  }

  number(name: string): number {
    const text = this.require(this.item[name]?.N);
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.unreadable();
    return value;
  }

  optionalNumber(name: string): number | undefined {
    return this.item[name] === undefined ? undefined : this.number(name);
  }

  octets(name: string): Uint8Array {
    return this.require(this.item[name]?.B);
  }

  optionalOctets(name: string): Uint8Array | undefined {
    return this.item[name] === undefined ? undefined : this.octets(name);
  }

  optionalTexts(name: string): readonly string[] | undefined {
    return this.item[name] === undefined ? undefined : this.require(this.item[name].SS);
  }

  refusalCode(name: string): RefusalCode {
    const code = this.text(name);
    if (!isRefusalCode(code)) throw this.unreadable();
    return code;
  }

  optionalRefusalCode(name: string): RefusalCode | undefined {
    return this.item[name] === undefined ? undefined : this.refusalCode(name);
  }

  private require<Value>(value: Value | undefined): Value {
    if (value === undefined) throw this.unreadable();
    return value;
  }
}

/** Reads one item; `fault` is thrown for an attribute that we did not write. */
export const readStoredItem = (item: Item, fault: FaultCode): StoredItem =>
  new StoredItem(item, fault);

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
