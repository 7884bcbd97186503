/**
 * smallstep's step-ca with one SCEP provisioner. It has no database, so that it does no more than
 * the engine.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAuthority } from '../connector/authority.ts';
import { fromPem } from '../connector/pem.ts';
import type { Workspace } from '../workspace.ts';
import type { ServerCommand } from './scep-server.ts';

const challenge = 'step-ca-beside-us';

/** AES-128-CBC in smallstep/pkcs7, the cipher of the bench's requests. */
const aes128 = 1;

/** Builds the command of a program (`step-ca`) with a new CA of 2048 bits, which is its own RA. */
export async function buildStepCaCommand(
  workspace: Workspace,
  program: { readonly command: string; readonly version: string },
  port: number,
): Promise<ServerCommand> {
  const directory = workspace.directory('step-ca');
  const { caKeyPem, raSecret } = await makeAuthority(directory);
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const raCertificate = fromPem(raSecret.chainPem);
  const certificate = file('ca.crt', raSecret.chainPem);
  const configuration = {
    root: certificate,
    crt: certificate,
    key: file('ca.key', caKeyPem),
    address: `127.0.0.1:${port + 1}`,
    insecureAddress: `127.0.0.1:${port}`,
    dnsNames: ['localhost'],
    authority: {
      provisioners: [
        { type: 'SCEP', name: 'bench', challenge, encryptionAlgorithmIdentifier: aes128 },
      ],
    },
  };
  return {
    name: `step-ca ${program.version}`,
    url: `http://127.0.0.1:${port}/scep/bench`,
    command: program.command,
    args: [file('ca.json', JSON.stringify(configuration))],
    recipient: () => ({ raCertificate, challenges: [challenge] }),
  };
}
