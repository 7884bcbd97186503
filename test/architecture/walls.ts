/** Biome's import rules, written from the table of rooms. */
import { lambdaRooms, type PackageGroup, packageGroups, type Room } from './rooms.ts';

const runTime = {
  group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', '**/lib/**'],
  message: 'lambda/ is run time: it never imports CDK or lib/.',
};

/** Biome's patterns for all of lambda/ but the table of names, which the clients share. */
const allButNames = lambdaRooms
  .map(({ name }) => name)
  .filter((name) => name !== 'names')
  .map((name) => `**/lambda/${name}/**`);

/**
 * The overrides of biome.json: one for each room, one for the clients and one for the emulators.
 */
export const overrides = () => [
  ...lambdaRooms.map((room) => override([`lambda/${room.name}/**`], patternsOf(room))),
  override(
    [
      'lib/scep-client/**',
      'lib/admin-client/**',
      'lib/apple-profile/**',
      'bin/enroll.ts',
      'bin/admin.ts',
    ],
    [
      {
        group: allButNames,
        message: 'A client checks the server, so it shares the table of names alone.',
      },
    ],
  ),
  override(
    ['lib/local/emulators/**', 'lib/der/**'],
    [
      {
        group: ['**/lambda/**'],
        message:
          'An emulator stands for AWS or Microsoft: it shares nothing with the functions that it tests.',
      },
    ],
  ),
];

interface Pattern {
  readonly group: readonly string[];
  readonly message: string;
}

function patternsOf({ name, mayImport, why, packages = [] }: Room): readonly Pattern[] {
  const others = lambdaRooms
    .map((room) => room.name)
    .filter((other) => other !== name && !mayImport.includes(other));
  const foreign = (Object.keys(packageGroups) as PackageGroup[]).filter(
    (group) => !packages.includes(group),
  );
  return [
    runTime,
    ...foreign.map((group) => ({
      group: packageGroups[group].patterns,
      message: packageGroups[group].why,
    })),
    { group: others.flatMap((other) => [`**/${other}/*`, `**/${other}/**`]), message: why },
  ];
}

const override = (includes: readonly string[], patterns: readonly Pattern[]) => ({
  includes,
  linter: {
    rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } },
  },
});
