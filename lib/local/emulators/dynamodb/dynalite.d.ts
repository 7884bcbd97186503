/** Types for the parts of dynalite 4.0.0 that the emulator uses, because dynalite has none. */
declare module 'dynalite/db/index.js' {
  /** An item in DynamoDB's JSON: each attribute by name, each value by its type. */
  export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  export interface KeyElement {
    readonly AttributeName: string;
    readonly KeyType: string;
  }
  export interface Table {
    readonly TableName: string;
    readonly TableStatus: string;
    readonly KeySchema: readonly KeyElement[];
    readonly LocalSecondaryIndexes?: readonly unknown[];
  }
  type Done<Value> = (error: Error | null | undefined, value?: Value) => void;
  /** Wraps a callback so that the lock ends when it is called. */
  type Release = <Arguments extends readonly unknown[]>(
    done: (...values: Arguments) => void,
  ) => (...values: Arguments) => void;

  export interface WritableDb {
    put(key: string, value: unknown, done: Done<void>): void;
    del(key: string, done: Done<void>): void;
  }
  export interface ItemDb extends WritableDb {
    get(key: string, done: Done<Item>): void;
    lock(key: string, body: (release: Release) => void): void;
  }
  export interface BatchOperation {
    readonly type: 'put' | 'del';
    readonly key: string;
    readonly value?: unknown;
  }
  export interface Store {
    readonly options: { readonly maxItemSize: number };
    readonly db: {
      batch(operations: readonly BatchOperation[]): Promise<void>;
      close(): Promise<void>;
    };
    getTable(name: string, done: Done<Table>): void;
    getItemDb(table: string): ItemDb;
    getIndexDb(kind: string, table: string, index: string): WritableDb;
  }
  interface StoreOptions {
    readonly path?: string | undefined;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  const db: {
    create(options: StoreOptions): Store;
    createKey(item: Item, table: Table): string;
    /** Refuses an invalid key or item; undefined if it is valid. */
    validateKey(key: Item, table: Table): Error | null | undefined;
    validateItem(item: Item, table: Table): Error | null | undefined;
    validationError(message: string): Error;
    itemSize(item: Item): number;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  /** The members of a request with their types and constraints, in dynalite's own notation. */
  export type Types = Readonly<Record<string, unknown>>;
  /** Describes what is wrong with a request; undefined if it is valid. */
  export type Check = (input: Record<string, unknown>, store: Store) => string | undefined;
  const validations: {
    /** Returns the known members and removes the others from `input`, which changes. */
    checkTypes(input: Record<string, unknown>, types: Types): Record<string, unknown>;
    checkValidations(
      input: Record<string, unknown>,
      types: Types,
      custom: Check | undefined,
      store: Store,
    ): void;
  };
  export default validations;
}
