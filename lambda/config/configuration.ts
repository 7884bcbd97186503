/** Reads a function's environment at cold start. A missing variable ends the cold start. */
import { environment } from './environment.ts';
import type { ConnectorSettings } from './settings.ts';

type Variable = keyof typeof environment;

/** The text of a variable. Throws an error with its name if the construct did not set it. */
export function requireSetting(variable: Variable): string {
  const value = process.env[environment[variable]];
  if (!value) throw new Error(`the environment variable ${environment[variable]} is not set`);
  return value;
}

/** The connector's settings, as the construct wrote them. */
export const readConnectorSettings = (): ConnectorSettings =>
  JSON.parse(requireSetting('connectorSettings')) as ConnectorSettings;
