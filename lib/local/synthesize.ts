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
}

const defaultApp = 'bin/scep-connector.ts';
const extendedApp = 'lib/local/app.ts';
const maxOutputBytes = 16 * 1024 * 1024;

/** Writes the assembly and returns the app's output. If the app fails, throws its error text. */
export const synthesize = async ({
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
