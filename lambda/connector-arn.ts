/** How connectors and challenges are named in ARNs that AWS's own model of its SCEP connector takes. */
import { createHash } from 'node:crypto';

/** The first 16 octets of a digest in hex, written as AWS writes ids: 8-4-4-4-12. It is no RFC 9562 UUID, and need not be. */
export const uuidOf = (hex: string): string =>
  hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** A connector's id as its ARN has it: the same for every deployment, so that scripts can know it. */
export const connectorUuidOf = (connectorId: string): string =>
  uuidOf(createHash('sha256').update(`scep-connector/${connectorId}`).digest('hex'));

/** A connector's ARN. `arnPrefix` is `arn:<partition>:pca-connector-scep:<region>:<account>`. */
export const connectorArnOf = (arnPrefix: string, connectorId: string): string =>
  `${arnPrefix}:connector/${connectorUuidOf(connectorId)}`;

/** A challenge's ARN. */
export const challengeArnOf = (
  arnPrefix: string,
  connectorId: string,
  challengeId: string,
): string => `${connectorArnOf(arnPrefix, connectorId)}/challenge/${challengeId}`;
