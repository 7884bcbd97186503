import { sequence, tagged } from '../support/kit/der.ts';
import { children } from '../support/kit/elements.ts';
import { contentInfo } from '../support/kit/envelope.ts';
import { oids } from '../support/kit/oids.ts';
import { contentInfoContent } from '../unit/http/cert-rep-fields.ts';

/** A message with these CRLs in its `crls` field, which no signature covers. */
export function withCrls(message: Uint8Array, ...crls: readonly Uint8Array[]): Uint8Array {
  const parts = children(contentInfoContent(message));
  const [signerInfos, ...before] = parts.toReversed();
  if (signerInfos === undefined) throw new Error('no signerInfos');
  const signedData = sequence(...before.toReversed(), tagged(1, ...crls), signerInfos);
  return contentInfo(oids.signedData, signedData);
}
