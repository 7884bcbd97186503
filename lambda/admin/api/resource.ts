/** ARNs as callers write them, resolved to what they name here. */
import { toConnectorUuid } from '../../core/arns.ts';
import type { AdministeredConnector } from '../connectors.ts';
import { createNotFoundFault, createValidationFault } from './fault.ts';

/** The resource that an ARN names. */
export interface Resource {
  readonly arn: string;
  readonly connectorId: string;
  readonly challengeId?: string;
}

/** AWS's form, in which a connector may also be named by the id that it is declared with. */
const arnForm =
  /^arn:[a-z-]{1,20}:pca-connector-scep:[a-z0-9-]{1,40}:\d{1,12}:connector\/([a-z0-9-]{1,36})(?:\/challenge\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?$/;

/**
 * A connector or one of its challenges. Account and Region of the ARN are ignored, because the
 * caller chose this API. Throws `ValidationException` for anything but such an ARN,
 * `ResourceNotFoundException` for a connector that is not declared.
 */
export function parseResource(
  member: string,
  arn: unknown,
  connectors: readonly AdministeredConnector[],
): Resource {
  const [, connector, challengeId] = (typeof arn === 'string' && arnForm.exec(arn)) || [];
  if (typeof arn !== 'string' || connector === undefined)
    throw createValidationFault(
      `${member}: arn:…:connector/ID, or arn:…:connector/ID/challenge/ID`,
    );
  const known = connectors.find(
    ({ connectorId }) => connectorId === connector || toConnectorUuid(connectorId) === connector,
  );
  if (known === undefined) throw createNotFoundFault('Connector', arn);
  return { arn, connectorId: known.connectorId, ...(challengeId && { challengeId }) };
}

/** A connector, and nothing in it. */
export function parseConnectorResource(...asked: Parameters<typeof parseResource>): Resource {
  const resource = parseResource(...asked);
  if (resource.challengeId !== undefined)
    throw createValidationFault(`${asked[0]}: arn:…:connector/ID`);
  return resource;
}

/** A challenge. */
export function parseChallengeResource(
  ...asked: Parameters<typeof parseResource>
): Resource & { readonly challengeId: string } {
  const { challengeId, ...resource } = parseResource(...asked);
  if (challengeId === undefined)
    throw createValidationFault(`${asked[0]}: arn:…:connector/ID/challenge/ID`);
  return { ...resource, challengeId };
}
