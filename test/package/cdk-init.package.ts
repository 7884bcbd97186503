/** What `cdk init app --language typescript` of the pinned CLI makes, with a connector in it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectDirectory, runOrThrow } from '../interop/command.ts';
import {
  checkClasses,
  install,
  newFolder,
  readResources,
  synthesizeByCli,
  testedVersions,
} from './cdk-app.ts';

const stackFile = `import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ScepConnector, ScepService, ShortLivedRootAuthority } from 'scep-connector';

export class DevicesStack extends cdk.Stack {
  readonly connector: ScepConnector;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    this.connector = new ScepConnector(this, 'Laptops', {
      service: new ScepService(this, 'Service'),
      connectorId: 'laptops',
      certificateAuthority: new ShortLivedRootAuthority(this, 'Root', { commonName: 'devices' }),
      waitTime: cdk.Duration.seconds(2),
    });
  }
}
`;

const testFile = `import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { DevicesStack } from '../lib/devices-stack';

test('the stack has a connector', () => {
  const stack = new DevicesStack(new cdk.App(), 'Devices');
  expect(stack.connector).toBeInstanceOf(Construct);
  Template.fromStack(stack).resourceCountIs('AWS::ACMPCA::CertificateAuthority', 1);
});
`;

const cdk = join(projectDirectory, 'node_modules/.bin/cdk');
const jestSeconds = 200;

describe.each(testedVersions)('the app of cdk init with %s', (_, versions) => {
  let directory: string;
  beforeAll(async () => {
    directory = newFolder('devices');
    const init = ['init', 'app', '--language', 'typescript', '--generate-only'];
    await runOrThrow(cdk, init, { cwd: directory });
    writeFileSync(join(directory, 'lib/devices-stack.ts'), stackFile);
    writeFileSync(join(directory, 'test/devices.test.ts'), testFile);
    await install(directory, versions);
  });

  it('is CommonJS, and type-checks and synthesizes a connector', async () => {
    expect(readFileSync(join(directory, 'package.json'), 'utf8')).not.toContain('"module"');
    const assembly = await synthesizeByCli(directory);
    expect(readResources(assembly).map(({ Type }) => Type)).toContain(
      'AWS::StepFunctions::StateMachine',
    );
    expect(await checkClasses(directory)).toBe('true,true,true');
  });

  it('tests the connector by jest', async () => {
    await runOrThrow('npx', ['jest'], { cwd: directory, timeoutSeconds: jestSeconds });
  });

  it('fails its type check for a misspelt declaration, with the file and line', async () => {
    const misspelt = stackFile.replace('waitTime: cdk', 'waitTiem: cdk');
    writeFileSync(join(directory, 'lib/devices-stack.ts'), misspelt);
    await expect(synthesizeByCli(directory)).rejects.toThrow(
      /lib\/devices-stack\.ts[(:]14\b.*waitTiem/s,
    );
  });
});
