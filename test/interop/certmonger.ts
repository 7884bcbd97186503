/** certmonger's daemon on a bus of its own, and one request through it. */
import { join } from 'node:path';
import { type Ended, run } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

// The daemon starts when getcert first speaks to it and outlives the bus for a while, so it is
// ended by its id. The CA's name must not be `local`: that is certmonger's own CA, which signs by
// itself.
const script = `
set -u
bus() { dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "$@"; }
trap 'kill "$(bus org.freedesktop.DBus.GetConnectionUnixProcessID \\
  string:org.fedorahosted.certmonger | grep -o "[0-9]*$")"' EXIT
getcert add-scep-ca -s -c scep-connector -u "$SCEP_URL"
timeout 60 getcert request -s -c scep-connector -w \\
  -k "$HOME/key.pem" -f "$HOME/cert.pem" -N CN=certmonger -D certmonger.example.com -L "$CHALLENGE"
getcert list -s
`;

/** What getcert listed at the end, and where the certificate is if there is one. */
export interface CertmongerEnd extends Ended {
  readonly certificateFile: string;
}

/**
 * Adds the CA, makes a key and a request, and waits for its end. `home` holds all that the daemon
 * keeps.
 */
export const enrolByCertmonger = async (
  facts: StackFacts,
  home: string,
): Promise<CertmongerEnd> => {
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    SCEP_URL: facts.scepUrl,
    CHALLENGE: asSecret(facts, facts.challengePassword),
  };
  const options = { cwd: home, env, timeoutSeconds: 90 };
  const ended = await run('dbus-run-session', ['--', 'sh', '-c', script], options);
  return { ...ended, certificateFile: join(home, 'cert.pem') };
};
