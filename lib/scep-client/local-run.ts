/** Reads run.json, which `npm start` writes for the commands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The members of run.json that the commands use. */
export interface LocalRun {
  readonly scepUrl?: string;
  readonly adminUrl?: string;
  readonly connectorId?: string;
  readonly challengePassword?: string;
  readonly caFingerprintSha256?: string;
  /** Present if `npm start` runs with --intune. */
  readonly intune?: { readonly scepUrl: string; readonly controlUrl: string };
}

/**
 * Reads run.json in the directory SCEP_LOCAL_STATE, or in .local if that is empty or not set.
 * Returns an empty object if no local server runs.
 */
export async function readLocalRun(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LocalRun> {
  const stateDirectory = environment.SCEP_LOCAL_STATE || '.local';
  try {
    const run: unknown = JSON.parse(await readFile(join(stateDirectory, 'run.json'), 'utf8'));
    return typeof run === 'object' && run !== null ? run : {};
  } catch {
    return {};
  }
}
