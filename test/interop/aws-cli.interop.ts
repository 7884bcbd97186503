/** The AWS CLI and boto3 with the model of the admin API, as docs/admin-api.md says. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { projectDirectory, runOrThrow } from './command.ts';
import { installedOnce } from './installed.ts';
import { clientDirectory } from './stack.ts';
import { describeWith } from './tools.ts';

const facts = inject('sharedStack');
const packages = ['awscli==1.46.3', 'boto3'];

const script = `
import boto3, sys
own = boto3.client('scep-connector', endpoint_url=sys.argv[1])
for page in own.get_paginator('list_connectors').paginate():
    print('page', [connector['ConnectorId'] for connector in page['Connectors']])
arn = own.list_connectors()['Connectors'][0]['Arn']
try:
    own.delete_connector(ConnectorArn=arn)
except own.exceptions.ValidationException as error:
    print('refused', len(error.response['ResponseMetadata']['RequestId']) > 8)
aws = boto3.client('pca-connector-scep', endpoint_url=sys.argv[1])
aws.meta.events.register('before-sign.pca-connector-scep.*', lambda request, **_: request.context.update(
    signing={**request.context.get('signing', {}), 'signing_name': 'execute-api'}))
aws.meta.events.register('before-send.pca-connector-scep.*', lambda request, **_: print(
    'signed', b'/execute-api/' in request.headers['Authorization']))
print('same', [connector['Arn'] for connector in aws.list_connectors()['Connectors']][0] == arn)
`;

describeWith(['python3'], 'the tools of AWS', () => {
  const directory = clientDirectory(facts, 'aws-cli');
  let bin: string;
  const env = {
    HOME: directory,
    AWS_ENDPOINT_URL_SCEP_CONNECTOR: facts.adminUrl,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'admin',
    AWS_SECRET_ACCESS_KEY: 'admin',
  };
  const aws = async (...args: readonly string[]): Promise<string> =>
    // By its module: the script in bin/ names the folder that pip ran in.
    (
      await runOrThrow(join(bin, 'python3'), ['-m', 'awscli', 'scep-connector', ...args], { env })
    ).trim();

  beforeAll(async () => {
    const environment = await installedOnce('awscli-1.46.3', async (at) => {
      await runOrThrow('python3', ['-m', 'venv', at], { timeoutSeconds: 120 });
      const pip = ['-m', 'pip', '--quiet', 'install', ...packages];
      await runOrThrow(join(at, 'bin/python3'), pip, { timeoutSeconds: 240 });
    });
    bin = join(environment, 'bin');
    mkdirSync(join(directory, '.aws/models'), { recursive: true });
    const model = join(projectDirectory, 'models/scep-connector');
    cpSync(model, join(directory, '.aws/models/scep-connector'), { recursive: true });
  }, 400_000);

  it('list connectors, page by page', async () => {
    const query = ['--query', 'Connectors[].[ConnectorId,Status]', '--output', 'text'];
    expect(await aws('list-connectors', '--max-items', '1', ...query)).toMatch(/^\w+\tACTIVE/);
  });

  it('create a challenge and list it with its limit', async () => {
    const [arn = ''] = (
      await aws('list-connectors', '--query', 'Connectors[].Arn', '--output', 'text')
    ).split(/\s+/);
    const created = ['--max-uses', '2', '--name', 'aws cli', '--query', 'Challenge.Password'];
    const of = ['--connector-arn', arn, '--output', 'text'];
    expect(await aws('create-challenge', ...of, ...created)).toMatch(/^[A-Z2-7]{32}$/);
    const query = ['--query', "Challenges[?Name=='aws cli'].[UsesLeft]"];
    expect(await aws('list-challenge-metadata', ...of, ...query)).toBe('2');
  });

  it('page, sign and report errors in boto3, with AWS’s own client as well', async () => {
    const file = join(directory, 'walk.py');
    writeFileSync(file, script);
    const output = await runOrThrow(join(bin, 'python3'), [file, facts.adminUrl], { env });
    const lines = output.trim().split('\n');
    expect(lines[0]).toContain("'default'");
    expect(lines.slice(1)).toEqual(['refused True', 'signed True', 'same True']);
  });
});
