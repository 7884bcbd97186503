/** NextToken: where the next page begins, sealed, for one list of one connector and for an hour. */
import { type AdminKeys, seal, unseal } from '../../policy/connector-key.ts';
import type { Random } from '../../ports/system.ts';
import { createValidationFault } from './fault.ts';

/** A token leads to the next page for an hour, in seconds. */
const goodForSeconds = 3600;

/** The list a token is of. */
export interface PagedList {
  readonly operation: string;
  readonly connectorId: string;
  readonly keys: AdminKeys;
  readonly nowSeconds: number;
}

const labelOf = ({ operation, connectorId }: PagedList): string =>
  `page#${operation}#${connectorId}`;

/** The token of a position, in the alphabet and with the padding of AWS's model. */
export function createPageToken(position: string, list: PagedList, random: Random): string {
  const plaintext = JSON.stringify({ position, endSeconds: list.nowSeconds + goodForSeconds });
  const sealed = seal(list.keys.pages, labelOf(list), Buffer.from(plaintext), random);
  const text = Buffer.from(sealed).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/**
 * The position in a token; throws `ValidationException` for a token of another list, an old one,
 * and an invalid one.
 */
export function readPageToken(token: string, list: PagedList): string {
  const { position, endSeconds } = opened(token, list);
  if (endSeconds <= list.nowSeconds)
    throw createValidationFault('NextToken: expired after an hour; ask for the first page again');
  return position;
}

function opened(token: string, list: PagedList): { position: string; endSeconds: number } {
  try {
    const sealed = Buffer.from(token.slice(0, 1000), 'base64url');
    return JSON.parse(Buffer.from(unseal(list.keys.pages, labelOf(list), sealed)).toString('utf8'));
  } catch {
    throw createValidationFault('NextToken: not one that this list gave');
  }
}
