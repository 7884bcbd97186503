import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callService, start } from './stack-kit.ts';

const getSecret = 'secretsmanager.GetSecretValue';
const getItem = 'DynamoDB_20120810.GetItem';
const itemOf = (id: string) => ({ TableName: 'Tiny-Table', Key: { id: { S: id } } });

const roleTrusting = (Service: string, Condition: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service }, Condition }],
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

  it.each([
    ['arn:aws:states:us-east-1:000000000000:stateMachine:*', true],
    ['arn:aws:states:us-east-1:000000000000:stateMachine:Tiny-Machine', true],
    ['arn:aws:states:us-east-1:111111111111:stateMachine:*', false],
    // A wildcard stays in its part of the ARN.
    ['arn:aws:states:*', false],
  ])('runs under a role that trusts %s: %s', async (arn, isTrusted) => {
    const condition = { ArnLike: { 'aws:SourceArn': arn } };
    const MachineRole = roleTrusting('states.amazonaws.com', condition);
    const more = { ...machine({ 'Fn::GetAtt': ['MachineRole', 'Arn'] }), MachineRole };
    const started = start({}, more).then(() => 'started', String);
    await expect(started).resolves.toMatch(isTrusted ? 'started' : 'MachineRole cannot be assumed');
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

describe('the rotation of a secret of a local stack', () => {
  const rotated = (permission: object) => ({
    Rotated: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'x' } },
    Schedule: {
      Type: 'AWS::SecretsManager::RotationSchedule',
      Properties: {
        SecretId: { Ref: 'Rotated' },
        RotationLambdaARN: { 'Fn::GetAtt': ['Admin', 'Arn'] },
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediatelyOnUpdate: false,
      },
    },
    Allow: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Admin', 'Arn'] },
        Principal: 'secretsmanager.amazonaws.com',
        ...permission,
      },
    },
  });

  it.each([
    ['for every source', {}],
    ['for the account', { SourceAccount: { Ref: 'AWS::AccountId' } }],
    ['for the secret', { SourceArn: { Ref: 'Rotated' } }],
    ['by the function’s name', { FunctionName: { Ref: 'Admin' } }],
  ])('starts where Secrets Manager may invoke the function %s', async (_, permission) => {
    await start({}, rotated(permission));
  });

  it.each([
    ['another service', { Principal: 'events.amazonaws.com' }],
    ['another account', { SourceAccount: '111111111111' }],
    ['another secret', { SourceArn: { Ref: 'Secret' } }],
    ['another function', { FunctionName: { Ref: 'Device' } }],
  ])('does not start where only %s may', async (_, permission) => {
    await expect(start({}, rotated(permission))).rejects.toThrow(
      'secretsmanager.amazonaws.com may not invoke',
    );
  });
});
