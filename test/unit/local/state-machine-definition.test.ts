import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../lib/local/emulators/step-functions/definition.ts';

const definition = {
  StartAt: 'Task',
  States: {
    Task: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:task',
      Retry: [
        { ErrorEquals: ['Busy'], IntervalSeconds: 1, BackoffRate: 1, JitterStrategy: 'FULL' },
      ],
      Catch: [{ ErrorEquals: ['Refused'], ResultPath: '$.error', Next: 'Settle' }],
      Next: 'Ready?',
    },
    'Ready?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.ready', BooleanEquals: true, Next: 'Settle' }],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Task' },
    Settle: { Type: 'Pass', End: true },
  },
};

const read = (machine: object) => readDefinition(JSON.stringify(machine), 'Machine');

describe('a definition', () => {
  it('is read if all of it is modelled', () => {
    expect(read(definition)).toEqual(definition);
  });

  const task = definition.States.Task;
  it.each([
    ['the field HeartbeatSeconds of the state Task', { ...task, HeartbeatSeconds: 5 }],
    [
      'the task resource arn:aws:states:::lambda:invoke',
      { ...task, Resource: 'arn:aws:states:::lambda:invoke' },
    ],
    ['the type Map of the state Task', { Type: 'Map' }],
    ['the path $$.Execution.Id of the state Task', { ...task, InputPath: '$$.Execution.Id' }],
    [
      'the path States.UUID() of the state Task',
      { ...task, Parameters: { 'id.$': 'States.UUID()' } },
    ],
    ['the next state Nowhere of the state Task', { ...task, Next: 'Nowhere' }],
    [
      'the field Seconds in Retry of the state Task',
      { ...task, Retry: [{ ErrorEquals: ['States.ALL'], Seconds: 1 }] },
    ],
    [
      'StringMatches in Choices of the state Task',
      { Type: 'Choice', Choices: [{ Variable: '$.a', StringMatches: '*', Next: 'Wait' }] },
    ],
  ])('is refused for %s', (fault, Task) => {
    const machine = { ...definition, States: { ...definition.States, Task } };
    expect(() => read(machine)).toThrow(`Machine: ${fault}`);
  });
});
