/** Validators of templates and of state machines that nobody here wrote. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOrThrow } from '../interop/command.ts';
import { installedOnce } from '../interop/installed.ts';
import { readResources, templateFiles } from './cdk-app.ts';

const cfnLintVersion = '1.58.0';
const aslValidatorVersion = '4.0.0';
const installSeconds = 200;

/**
 * CDK writes the dependency of a function on its role beside the reference that implies it. No
 * template of CDK is without this warning.
 */
const byCdk = 'W3005';

/** What cfn-lint says of the templates of an assembly; empty if it finds nothing. */
export async function lintTemplates(assembly: string): Promise<string> {
  const packages = await installedOnce(`cfn-lint-${cfnLintVersion}`, async (target) => {
    const install = ['-m', 'pip', 'install', '--quiet', '--target', target];
    await runOrThrow('python3', [...install, `cfn-lint==${cfnLintVersion}`], {
      timeoutSeconds: installSeconds,
    });
  });
  const files = templateFiles(assembly);
  const { exitCode, stdout, stderr } = await run(
    'python3',
    [
      join(packages, 'bin/cfn-lint'),
      '--ignore-checks',
      byCdk,
      '--format',
      'parseable',
      '--',
      ...files,
    ],
    { env: { PYTHONPATH: packages }, timeoutSeconds: installSeconds },
  );
  // An exit code without a finding is a failure of cfn-lint itself.
  return exitCode === 0 ? stdout.trim() : `${stdout}${stderr}`.trim() || `exit ${exitCode}`;
}

/**
 * What asl-validator says of the state machines of an assembly, in the order of their templates.
 * ARNs that only AWS knows are replaced by one of a function.
 */
export async function validateStateMachines(assembly: string): Promise<readonly string[]> {
  const packages = await installedOnce(`asl-validator-${aslValidatorVersion}`, async (target) => {
    const install = ['install', '--prefix', target, '--no-audit', '--no-fund', '--no-save'];
    await runOrThrow('npm', [...install, `asl-validator@${aslValidatorVersion}`], {
      cwd: target,
      timeoutSeconds: installSeconds,
    });
  });
  const command = join(packages, 'node_modules/asl-validator/dist/bin/asl-validator.js');
  const machines = readResources(assembly).filter(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  return await Promise.all(
    machines.map(async ({ Properties }, index) => {
      const file = join(assembly, `state-machine-${index}.asl`);
      writeFileSync(file, definitionOf(Properties.DefinitionString));
      const { exitCode, stdout, stderr } = await run('node', [command, '--json-path', file]);
      return exitCode === 0 ? 'valid' : `${stdout}${stderr}`;
    }),
  );
}

const anyFunction = 'arn:aws:lambda:eu-west-1:111122223333:function:any';

function definitionOf(definition: unknown): string {
  if (typeof definition === 'string') return definition;
  const [, parts] = (definition as { 'Fn::Join': [string, readonly unknown[]] })['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : anyFunction)).join('');
}
