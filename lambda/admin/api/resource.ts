/** Resolves the ARN in a request to a connector or a challenge. */
import { toConnectorUuid } from '../../core/arns.ts';
import type { AdministeredConnector } from '../administered-connector.ts';
import { createNotFoundFault, createValidationFault } from './fault.ts';

/** A connector, or one of its challenges. */
export interface Resource {
  readonly arn: string;
  readonly connectorId: string;
  readonly challengeId?: string;
}

/** AWS's form. The connector's part is its UUID or the id in its declaration. */
const arnForm =
  /^arn:[a-z-]{1,20}:pca-connector-scep:[a-z0-9-]{1,40}:\d{1,12}:connector\/([a-z0-9-]{1,36})(?:\/challenge\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?$/;

/**
 * Parses the ARN of a connector or a challenge. It ignores the account and the Region, because the
 * caller has chosen this API. Throws `ValidationException` for any other text, and
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
      `${member} must have the form arn:…:connector/ID or arn:…:connector/ID/challenge/ID`,
    );
  const known = connectors.find(
    ({ connectorId }) => connectorId === connector || toConnectorUuid(connectorId) === connector,
  );
  if (known === undefined) throw createNotFoundFault('Connector', arn);
  return { arn, connectorId: known.connectorId, ...(challengeId && { challengeId }) };
}

/** Parses the ARN of a connector. Throws what `parseResource` throws; refuses a challenge. */
export function parseConnectorResource(...input: Parameters<typeof parseResource>): Resource {
  const resource = parseResource(...input);
  if (resource.challengeId !== undefined)
    throw createValidationFault(`${input[0]} must have the form arn:…:connector/ID`);
  return resource;
}

/** Parses the ARN of a challenge. Throws what `parseResource` throws; refuses a connector. */
export function parseChallengeResource(
  ...input: Parameters<typeof parseResource>
): Resource & { readonly challengeId: string } {
  const { challengeId, ...resource } = parseResource(...input);
  if (challengeId === undefined)
    throw createValidationFault(`${input[0]} must have the form arn:…:connector/ID/challenge/ID`);
  return { ...resource, challengeId };
}
