/** certmonger's daemon on a bus of its own, and one request through it. */
import { join } from 'node:path';
import { type Ended, run } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

// getcert starts the daemon, which outlives the bus for a while, so its process id ends it. The
// CA's name must not be `local`, which is certmonger's own self-signing CA.
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

/** The final list of getcert, and the path of the certificate. */
export interface CertmongerEnd extends Ended {
  readonly certificateFile: string;
}

/** Adds the CA, creates a key and a request, and waits for its end. `home` is the daemon's home. */
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
