import { readFile } from 'node:fs/promises';

/** What `npm start` writes to .local/run.json, as far as an enrolment needs it. */
export interface LocalRun {
  readonly scepUrl?: string;
  readonly challengePassword?: string;
  readonly caFingerprintSha256?: string;
}

/** The defaults of the running local server; nothing when there is none. */
export async function readLocalRun(path = '.local/run.json'): Promise<LocalRun> {
  try {
    const run: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof run === 'object' && run !== null ? run : {};
  } catch {
    return {};
  }
}
