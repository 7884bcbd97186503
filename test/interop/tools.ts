/** Clients that come from the machine's packages, which not every machine has. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

/** Each tool, and the Debian packages that bring it. */
const packages = {
  pki: 'strongswan-pki libstrongswan-extra-plugins',
  getcert: 'certmonger',
  'dbus-run-session': 'dbus',
  'dbus-send': 'dbus',
  scepclient: 'scep',
  openssl: 'openssl',
  go: 'golang-go',
  python3: 'python3 python3-venv',
  cmake: 'cmake',
  'g++': 'g++ make xz-utils autoconf automake libtool',
  chromium: 'chromium',
  cargo: 'rustup, then `rustup default stable`',
} as const;

type Tool = keyof typeof packages;

/**
 * A suite that needs tools. Where one is not installed, continuous integration (CI=true) fails, as
 * a client that is not tried is not supported; a developer's machine skips the suite and says why.
 */
export const describeWith = (tools: readonly Tool[], name: string, tests: () => void): void => {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const wanted = missing.map((tool) => `${tool} (Debian: ${packages[tool]})`).join(', ');
  if (!process.env.CI) {
    // A reporter may fold skipped suites into one line, which would not say why.
    console.warn(`skipped: ${name}; not installed: ${wanted}`);
    describe.skip(name, tests);
    return;
  }
  describe(name, () => {
    it('has its tools', () => {
      throw new Error(`not installed: ${wanted}`);
    });
  });
};

const isInstalled = (tool: Tool): boolean =>
  (process.env.PATH ?? '').split(':').some((directory) => isExecutable(join(directory, tool)));

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
