/** Clients from the packages of the machine, which can be missing. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

/** The Debian packages of each tool. */
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
 * Describes a suite that needs tools. If one is missing, continuous integration (CI=true) fails,
 * because an untested client is not supported. A developer's machine skips the suite and prints
 * why.
 */
export const describeWith = (tools: readonly Tool[], name: string, tests: () => void): void => {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const wanted = missing.map((tool) => `${tool} (Debian: ${packages[tool]})`).join(', ');
  if (!process.env.CI) {
    // Reporters do not print why a suite is skipped.
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
