/** NextToken, which holds the sealed position of the next page of one list, for an hour. */
import { type AdminKeys, seal, unseal } from '../../policy/connector-key.ts';
import type { Random } from '../../ports/system.ts';
import { createValidationFault } from './fault.ts';

const lifetimeSeconds = 3600;

/** The list to which a token belongs. */
export interface PagedList {
  readonly operation: string;
  readonly connectorId: string;
  readonly keys: AdminKeys;
  readonly nowSeconds: number;
}

const labelOf = ({ operation, connectorId }: PagedList): string =>
  `page#${operation}#${connectorId}`;

/** Seals a position, in the alphabet and with the padding of AWS's model. */
export function createPageToken(position: string, list: PagedList, random: Random): string {
  const plaintext = JSON.stringify({ position, endSeconds: list.nowSeconds + lifetimeSeconds });
  const sealed = seal(list.keys.pages, labelOf(list), Buffer.from(plaintext), random);
  const text = Buffer.from(sealed).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/**
 * Reads the position in a token. Throws `ValidationException` for an expired or invalid token, and
 * for a token of another list.
 */
export function readPageToken(token: string, list: PagedList): string {
  const { position, endSeconds } = openToken(token, list);
  if (endSeconds <= list.nowSeconds)
    throw createValidationFault(
      'NextToken has expired after an hour; request the first page again',
    );
  return position;
}

function openToken(token: string, list: PagedList): { position: string; endSeconds: number } {
  try {
    const sealed = Buffer.from(token.slice(0, 1000), 'base64url');
    return JSON.parse(Buffer.from(unseal(list.keys.pages, labelOf(list), sealed)).toString('utf8'));
  } catch {
    throw createValidationFault('NextToken must come from an earlier page of this list');
  }
}
