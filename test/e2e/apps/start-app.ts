/** Starts one app of the end-to-end tests. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError, type Json } from '../../../lib/local/emulators/aws-service.ts';
import { prepareRunInfo } from '../../../lib/local/run-info.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/stack.ts';
import { cloudAssembly } from './cloud-assembly.ts';
import type { AppFacts, AppRequest } from './wire.ts';

/** A running app. */
export interface StartedApp {
  readonly stack: LocalStack;
  readonly facts: AppFacts;
}

/** Starts an app in a new directory below `directory`. */
export async function startApp(
  { hasNdesPage, isIntune, program }: AppRequest,
  directory: string,
): Promise<StartedApp> {
  const own = mkdtempSync(join(directory, 'app-'));
  const stateDirectory = join(own, 'state');
  let assembly = '';
  const stack = await startLocalStack({
    stateDirectory,
    isIntune,
    alterOrder,
    assembly: async (tenant) => {
      const additions = { ...tenant, ...(hasNdesPage && { ndes: true }) };
      assembly = await cloudAssembly({ additions, program }, directory);
      return assembly;
    },
  });
  const introduction = await prepareRunInfo(stack, join(own, 'challenge.json'));
  const { awsEndpoints, functionEnvironments, roleStatements } = stack;
  const facts = {
    awsEndpoints,
    functionEnvironments,
    roleStatements,
    stateDirectory,
    assembly,
  };
  return { stack, facts: { ...introduction, ...facts } };
}

/** The common name that the emulated CA replaces by another one. */
export const alteredCommonName = 'altered by the CA';

/** The common name that the emulated CA refuses. */
export const refusedCommonName = 'refused by the CA';

function alterOrder(order: Json): Json {
  const { Subject, ...rest } = (order.ApiPassthrough ?? {}) as { Subject?: Json };
  if (Subject?.CommonName === refusedCommonName)
    throw new AwsError('InvalidArgsException', 'a name that this CA does not take');
  if (Subject?.CommonName !== alteredCommonName) return order;
  return { ...order, ApiPassthrough: { ...rest, Subject: { CommonName: 'somebody else' } } };
}
