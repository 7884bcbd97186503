import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callService, start } from './stack-kit.ts';

const getSecret = 'secretsmanager.GetSecretValue';
const getItem = 'DynamoDB_20120810.GetItem';
const itemOf = (id: string) => ({ TableName: 'Tiny-Table', Key: { id: { S: id } } });

const roleTrusting = (Service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
    },
  },
});

describe('a function of a local stack', () => {
  it('can do what its role allows, and is otherwise denied in the form of each service', async () => {
    const { stack } = await start();
    const secret = await callService(stack, 'SECRETS_MANAGER', getSecret, { SecretId: 'SECRET' });
    expect(secret).toHaveProperty('SecretString');
    const put = 'secretsmanager.PutSecretValue';
    expect(await callService(stack, 'SECRETS_MANAGER', put, { SecretId: 'SECRET' })).toEqual({
      __type: 'AccessDeniedException',
      message: expect.stringMatching(
        /assumed-role\/Tiny-Role\/Tiny-Device is not authorized to perform: secretsmanager:PutSecretValue on/,
      ),
    });
    expect(await callService(stack, 'DYNAMODB', getItem, itemOf('default#1'))).toEqual({});
    expect(await callService(stack, 'DYNAMODB', getItem, itemOf('intune#1'))).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      Message: expect.stringContaining('dynamodb:GetItem'),
    });
  });

  it('is denied what only an omitted statement allows', async () => {
    const { stack } = await start();
    const statements = stack.roleStatements.Role ?? [];
    const statementIndex = statements.findIndex(({ Action }) =>
      String(Action).startsWith('secret'),
    );
    const readSecret = () =>
      callService(stack, 'SECRETS_MANAGER', getSecret, { SecretId: 'SECRET' });
    await stack.leaveOut({ role: 'Role', statementIndex });
    expect(await readSecret()).toMatchObject({ __type: 'AccessDeniedException' });
    expect(stack.missed()).toBe(1);
    expect(await callService(stack, 'DYNAMODB', getItem, itemOf('default#1'))).toEqual({});
    await stack.leaveOut(undefined);
    expect(await readSecret()).toHaveProperty('SecretString');
  });

  it('does not start with a role that Lambda cannot assume', async () => {
    const Role = roleTrusting('states.amazonaws.com');
    await expect(start({}, { Role })).rejects.toThrow(
      'the role Role cannot be assumed by lambda.amazonaws.com',
    );
  });

  it('does not start if a policy is not modelled', async () => {
    const Policy = {
      Type: 'AWS::IAM::Policy',
      Properties: {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } },
      },
    };
    await expect(start({}, { Policy })).rejects.toThrow(
      'Policy (AWS::IAM::Policy): the effect Deny',
    );
  });
});

describe('a state machine of a local stack', () => {
  const machine = (RoleArn: unknown) => ({
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn,
        StateMachineType: 'EXPRESS',
        DefinitionString: {
          'Fn::Join': [
            '',
            [
              '{"StartAt":"One","States":{"One":{"Type":"Task","End":true,"Resource":"',
              { 'Fn::GetAtt': ['Device', 'Arn'] },
              '"}}}',
            ],
          ],
        },
      },
    },
  });

  it('can invoke only functions that its role allows', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => report.mockRestore());
    const MachineRole = roleTrusting('states.amazonaws.com');
    const more = { ...machine({ 'Fn::GetAtt': ['MachineRole', 'Arn'] }), MachineRole };
    const { stack } = await start({}, more);
    const call = async (operation: string, input: object) => {
      const response = await fetch(String(stack.awsEndpoints.AWS_ENDPOINT_URL_SFN), {
        method: 'POST',
        headers: {
          'x-amz-target': `AWSStepFunctions.${operation}`,
          authorization: 'AWS4-HMAC-SHA256 Credential=operator/x',
        },
        body: JSON.stringify(input),
      });
      return (await response.json()) as Record<string, string>;
    };
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Tiny-Machine';
    await call('StartExecution', { stateMachineArn });
    await expect.poll(() => report.mock.calls.flat().join()).toContain('Lambda.AWSLambdaException');
  });

  it('is refused as a Standard workflow', async () => {
    const MachineRole = roleTrusting('states.amazonaws.com');
    const { Machine } = machine({ 'Fn::GetAtt': ['MachineRole', 'Arn'] });
    const Standard = {
      ...Machine,
      Properties: { ...Machine.Properties, StateMachineType: 'STANDARD' },
    };
    await expect(start({}, { MachineRole, Machine: Standard })).rejects.toThrow(
      'a state machine of type STANDARD',
    );
  });
});
