import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What `npm start` writes to run.json, in .local or where SCEP_LOCAL_STATE says, as far as an
 * enrolment needs it.
 */
export interface LocalRun {
  readonly scepUrl?: string;
  readonly challengePassword?: string;
  readonly caFingerprintSha256?: string;
  /** There where it runs with --intune. */
  readonly intune?: { readonly scepUrl: string; readonly controlUrl: string };
}

/** The defaults of the running local server; nothing when there is none. */
export async function readLocalRun(stateDirectory = '.local'): Promise<LocalRun> {
  try {
    const run: unknown = JSON.parse(await readFile(join(stateDirectory, 'run.json'), 'utf8'));
    return typeof run === 'object' && run !== null ? run : {};
  } catch {
    return {};
  }
}
