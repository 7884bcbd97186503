import { describe, expect, it } from 'vitest';
import {
  buildText,
  createCheck,
  createTableCheck,
  expectDenied,
  formatTarget,
  own,
  tableArn,
} from './permissions-kit.ts';

describe('LeadingKeys', () => {
  const actions = [
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
    'BatchGetItem',
    'ConditionCheckItem',
  ];
  const call = createTableCheck(
    actions.map((action) => `dynamodb:${action}`),
    own,
  );
  const key = (id: string) => ({ TableName: 'Rows', Key: { id: buildText(id) } });

  it.each(['GetItem', 'UpdateItem', 'DeleteItem'])('deny %s of another connector', (operation) => {
    call(formatTarget(operation), key('default#1'));
    expectDenied(() => call(formatTarget(operation), key('intune#1')));
  });

  it('deny an item of another connector that is put', () => {
    const put = (id: string) => () =>
      call(formatTarget('PutItem'), { TableName: 'Rows', Item: { id: buildText(id) } });
    put('default#1')();
    expectDenied(put('intune#1'));
  });

  it('deny a batch with one key of another connector', () => {
    const batch =
      (...ids: readonly string[]) =>
      () =>
        call(formatTarget('BatchGetItem'), {
          RequestItems: { Rows: { Keys: ids.map((id) => ({ id: buildText(id) })) } },
        });
    batch('default#1', 'default#2')();
    expectDenied(batch('default#1', 'intune#2'));
  });

  it('deny a transaction with one part of another connector', () => {
    const transact = (id: string) => () =>
      call(formatTarget('TransactWriteItems'), {
        TransactItems: [
          { Put: { TableName: 'Rows', Item: { id: buildText('default#1') } } },
          { ConditionCheck: { ...key(id), ConditionExpression: 'attribute_exists(id)' } },
        ],
      });
    transact('default#2')();
    expectDenied(transact('intune#2'));
  });

  it('are refused in a statement on an index, where their meaning is not documented', () => {
    const read = () =>
      createCheck({
        Action: 'dynamodb:Query',
        Resource: `${tableArn}/index/due`,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['default'] } },
      });
    expect(read).toThrow('dynamodb:LeadingKeys of an index');
  });

  it('hold for a Scan, which has none', () => {
    createTableCheck('dynamodb:Scan', own)(formatTarget('Scan'), { TableName: 'Rows' });
  });
});

describe('a transaction', () => {
  const parts = {
    PutItem: { Put: { TableName: 'Rows', Item: { id: buildText('1') } } },
    UpdateItem: { Update: { TableName: 'Rows', Key: { id: buildText('1') } } },
    DeleteItem: { Delete: { TableName: 'Rows', Key: { id: buildText('1') } } },
    ConditionCheckItem: { ConditionCheck: { TableName: 'Rows', Key: { id: buildText('1') } } },
  };

  it.each(Object.entries(parts))('needs dynamodb:%s for its part', (action, part) => {
    const others = Object.keys(parts).filter((name) => name !== action);
    const input = { TransactItems: [part] };
    createTableCheck(`dynamodb:${action}`)(formatTarget('TransactWriteItems'), input);
    const without = createTableCheck([
      ...others.map((name) => `dynamodb:${name}`),
      'dynamodb:TransactWriteItems',
    ]);
    expectDenied(() => without(formatTarget('TransactWriteItems'), input));
  });
});

describe('dynamodb:Attributes', () => {
  const named = (...names: readonly string[]) => ({
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': names },
  });
  const update = {
    TableName: 'Rows',
    Key: { id: buildText('default#1') },
    UpdateExpression: 'SET #d = :later, tries = if_not_exists(tries, :none) + :one',
    ConditionExpression: 'attribute_exists(dueAt) AND size(marks[0].by) < :one',
    ExpressionAttributeNames: { '#d': 'dueAt' },
  };

  it('are the key, the written attributes and those of the condition', () => {
    createTableCheck('dynamodb:UpdateItem', named('id', 'dueAt', 'tries', 'marks'))(
      formatTarget('UpdateItem'),
      update,
    );
  });

  it.each(['id', 'dueAt', 'tries', 'marks'])('deny a request that also names %s', (missing) => {
    const names = ['id', 'dueAt', 'tries', 'marks'].filter((name) => name !== missing);
    const call = createTableCheck('dynamodb:UpdateItem', named(...names));
    expectDenied(() => call(formatTarget('UpdateItem'), update));
  });

  it('hold for a read of everything, which only dynamodb:Select denies', () => {
    const get = { TableName: 'Rows', Key: { id: buildText('default#1') } };
    const some = { ...get, ProjectionExpression: 'dueAt' };
    createTableCheck('dynamodb:GetItem', named('id'))(formatTarget('GetItem'), get);
    const select = { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } };
    const call = createTableCheck('dynamodb:GetItem', { ...named('id', 'dueAt'), ...select });
    call(formatTarget('GetItem'), some);
    expectDenied(() => call(formatTarget('GetItem'), get));
    expectDenied(() => call(formatTarget('GetItem'), { ...get, ProjectionExpression: 'sealed' }));
  });
});
