/** A running stack for a test. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from '../../../lib/local/stack.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { writeTinyAssembly } from './tiny-assembly.ts';

/** Starts a stack of the tiny assembly. `more` adds resources. */
export const start = async (
  options: Partial<LocalStackOptions> = {},
  more: Readonly<Record<string, unknown>> = {},
  outputs: Readonly<Record<string, unknown>> = {},
) => {
  const directory = temporaryDirectory();
  const stateDirectory = join(directory, 'state');
  const assembly = writeTinyAssembly(join(directory, 'assembly'), more, outputs);
  const stack = await startLocalStack({ assembly, stateDirectory, ...options });
  onTestFinished(stack.stop);
  return { stack, assembly, stateDirectory: options.stateDirectory ?? stateDirectory };
};

/** Calls a service as the function behind the device API. */
export const callService = async (
  stack: LocalStack,
  service: string,
  target: string,
  input: object,
) => {
  const query = new URLSearchParams({ service, target, input: JSON.stringify(input) });
  return (await (await fetch(`${stack.deviceUrl}/?${query}`)).json()) as Record<string, unknown>;
};
