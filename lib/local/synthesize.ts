/** Runs the CDK app, without the CDK CLI: an app writes its assembly where `CDK_OUTDIR` says. */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What to synthesize. `context` overrides what cdk.json says. */
export interface SynthesisOptions {
  readonly projectDirectory: string;
  /** The program of the app, from there; `bin/scep-connector.ts` by default. */
  readonly app?: string | undefined;
  readonly outputDirectory: string;
  readonly context: Readonly<Record<string, string>>;
}

const defaultApp = 'bin/scep-connector.ts';
const outputLimitBytes = 16 * 1024 * 1024;

/**
 * Writes the assembly; gives what the app had to say. Refuses, with the app's own words, an app
 * that fails.
 */
export const synthesize = async ({
  projectDirectory,
  app = defaultApp,
  outputDirectory,
  context,
}: SynthesisOptions): Promise<string> => {
  const cdkJson = JSON.parse(readFileSync(join(projectDirectory, 'cdk.json'), 'utf8')) as {
    readonly context?: Readonly<Record<string, unknown>>;
  };
  rmSync(outputDirectory, { recursive: true, force: true });
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [app], {
      cwd: projectDirectory,
      maxBuffer: outputLimitBytes,
      env: {
        ...process.env,
        CDK_OUTDIR: outputDirectory,
        CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
      },
    });
    return stderr;
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    throw new Error(`the app does not synthesize:\n${stderr || String(error)}`);
  }
};
