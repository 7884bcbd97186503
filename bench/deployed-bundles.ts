/** The bundles that are deployed, found in the synthesized app. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../lambda/environment.ts';
import { testConnector } from '../test/fakes/test-connector.ts';
import type { Workspace } from './workspace.ts';

const handlers = ['scep', 'issue', 'collect', 'lint', 'settle'] as const;

/** A function that has a part in an enrolment. */
export type HandlerName = (typeof handlers)[number];

/** The file of each function's bundle, by the handler it is made of. */
export async function deployedBundles(
  workspace: Workspace,
): Promise<Readonly<Record<HandlerName, string>>> {
  const assembly = await workspace.assembly();
  const files = readdirSync(assembly)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(assembly, name, 'index.mjs'));
  const byHandler = new Map(files.map((file) => [handlerOf(file), file]));
  const found = handlers.map((handler) => [handler, byHandler.get(handler)] as const);
  const missing = found.find(([, file]) => file === undefined);
  if (missing) throw new Error(`no bundle is made of lambda/handlers/${missing[0]}.ts`);
  return Object.fromEntries(found) as Record<HandlerName, string>;
}

/** esbuild names each source in a comment; the entry's is the last, as what it imports comes before it. */
const handlerOf = (file: string): string | undefined =>
  [...readFileSync(file, 'utf8').matchAll(/^\/\/ lambda\/handlers\/(\S+)\.ts$/gm)].at(-1)?.[1];

/** What these functions find in their environment; the same names for all, as it is one connector. */
export const functionEnvironment: Readonly<Record<string, string>> = {
  [environment.connectorId]: 'bench',
  [environment.connectorSettings]: JSON.stringify(testConnector({ held: true }).connector.settings),
  [environment.challengesTable]: 'Challenges',
  [environment.enrolmentsTable]: 'Enrolments',
  [environment.envelopesTable]: 'Envelopes',
  [environment.historyTable]: 'History',
  [environment.eventBus]: 'arn:aws:events:eu-west-1:111122223333:event-bus/default',
  [environment.arnPrefix]: 'arn:aws:pca-connector-scep:eu-west-1:111122223333',
  [environment.connectorKeySecret]: 'ConnectorKey',
  [environment.raSecret]: 'Ra',
  [environment.issuanceStateMachine]: 'arn:aws:states:eu-west-1:111122223333:stateMachine:bench',
  [environment.certificateAuthority]:
    'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/bench',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
