/** The one connector of a function that administers challenges of no other. */
import type { AdministeredConnector } from '../admin/administered-connector.ts';
import { requireSetting } from '../config/configuration.ts';

/** The connector, as the construct wrote it. */
export const administeredConnector = JSON.parse(
  requireSetting('administeredConnector'),
) as AdministeredConnector;
