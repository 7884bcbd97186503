/** Runs the CDK app without the CDK CLI: an app writes its assembly to `CDK_OUTDIR`. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Additions } from './app.ts';

/** The input of a synthesis. */
export interface SynthesisOptions {
  readonly projectDirectory: string;
  /** The app's program, relative to the project; `bin/scep-connector.ts` by default. */
  readonly app?: string | undefined;
  readonly outputDirectory: string;
  /** Connectors that the runner adds to those of the app. */
  readonly additions?: Additions | undefined;
  /** Whether the app's types are checked as well, as `npx cdk synth` does. Default: false. */
  readonly checksTypes?: boolean;
}

const defaultApp = 'bin/scep-connector.ts';
const extendedApp = 'lib/local/app.ts';
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Writes the assembly and returns the app's output. If the types do not fit, throws the compiler's
 * text, with file and line. If the app fails, throws its error text.
 */
export const synthesize = async (options: SynthesisOptions): Promise<string> => {
  // Both at once, because each takes seconds of one core.
  const [types, output] = await Promise.allSettled([
    options.checksTypes ? checkTypes(options.projectDirectory) : undefined,
    runApp(options),
  ]);
  // A type that does not fit is the cause of what the app does with it.
  if (types.status === 'rejected') throw types.reason;
  if (output.status === 'rejected') throw output.reason;
  return output.value;
};

/** The types of the app's own files and of what they import (tsconfig.app.json). */
const checkTypes = async (projectDirectory: string): Promise<void> => {
  const compiler = join(projectDirectory, 'node_modules/typescript/bin/tsc');
  const project = ['--project', join(projectDirectory, 'tsconfig.app.json')];
  try {
    await promisify(execFile)(process.execPath, [compiler, ...project], {
      cwd: projectDirectory,
      maxBuffer: maxOutputBytes,
    });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`the app has type errors:\n${stdout || stderr || String(error)}`);
  }
};

const runApp = async ({
  projectDirectory,
  app = defaultApp,
  outputDirectory,
  additions = {},
}: SynthesisOptions): Promise<string> => {
  const cdkJson = JSON.parse(readFileSync(join(projectDirectory, 'cdk.json'), 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  const command =
    Object.keys(additions).length === 0 ? [app] : [extendedApp, app, JSON.stringify(additions)];
  rmSync(outputDirectory, { recursive: true, force: true });
  try {
    const { stderr } = await promisify(execFile)(process.execPath, command, {
      cwd: projectDirectory,
      maxBuffer: maxOutputBytes,
      env: {
        ...process.env,
        CDK_OUTDIR: outputDirectory,
        CDK_CONTEXT_JSON: JSON.stringify(cdkJson.context ?? {}),
      },
    });
    return stderr;
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    throw new Error(`the app failed to synthesize:\n${stderr || String(error)}`);
  }
};
