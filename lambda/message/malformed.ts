/**
 * Turns a reader's `Malformed` into the result that its caller needs. Every other error passes
 * through.
 */
import { Malformed } from '../asn1/read.ts';

/** Reads; throws the caller's error instead of `Malformed`. */
export function refuseMalformed<Value>(
  read: () => Value,
  toError: (malformed: Malformed) => Error,
): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) throw toError(error);
    throw error;
  }
}

/** Reads; undefined instead of `Malformed`. */
export function readIfWellFormed<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
