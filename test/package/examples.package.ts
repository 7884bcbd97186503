/** Every example, installed from the tarball as its README says. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDirectory } from '../interop/command.ts';
import {
  checkClasses,
  installLinked,
  newFolder,
  readResources,
  synthesizeByCli,
  testedVersions,
} from './cdk-app.ts';
import { lintTemplates, validateStateMachines } from './validators.ts';

const examples = readdirSync(join(projectDirectory, 'examples'), { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => name);

it('are the ones that the documents name', () => {
  expect(examples).toEqual(
    expect.arrayContaining(['existing-ca', 'intune', 'jamf', 'minimal', 'several-teams']),
  );
});

describe.each(testedVersions)('with %s, the example', (_, versions) => {
  it.concurrent.each(examples)('%s type-checks and synthesizes valid templates', async (name) => {
    const directory = newFolder(name);
    for (const file of ['app.ts', 'package.json', 'cdk.json', 'tsconfig.json'])
      cpSync(join(projectDirectory, 'examples', name, file), join(directory, file));
    await installLinked(directory, versions);
    const assembly = await synthesizeByCli(directory);
    expect(await checkClasses(directory)).toBe('true,true,true');
    const types = readResources(assembly).map(({ Type }) => Type);
    expect(types).toContain('AWS::ApiGatewayV2::Api');
    expect(await lintTemplates(assembly)).toBe('');
    const machines = await validateStateMachines(assembly);
    expect(machines.length).toBeGreaterThan(0);
    expect(new Set(machines)).toEqual(new Set(['valid']));
  });
});
