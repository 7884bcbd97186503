/** A state machine's definition: checked against what aws-local-stepfunctions really does, and made ready for it. */
import { StateMachine } from 'aws-local-stepfunctions';
import { NotModelledError } from '../../template/template.ts';

type State = Readonly<Record<string, unknown>>;
interface Definition {
  readonly States: Readonly<Record<string, State>>;
}

/** A state machine that can be run, and the function each of its tasks invokes. */
export interface RunnableDefinition {
  readonly stateMachine: StateMachine;
  readonly functionArns: Readonly<Record<string, string>>;
}

const common = ['Type', 'Comment', 'Next', 'End', 'InputPath', 'OutputPath'];

// The library ignores what it does not know, silently (HeartbeatSeconds, JSONata's Arguments, ...): so it is refused.
const knownFields: Readonly<Record<string, readonly string[]>> = {
  Task: [
    ...common,
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'Retry',
    'Catch',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
  ],
  Choice: [...common, 'Choices', 'Default'],
  Wait: [...common, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Pass: [...common, 'Result', 'ResultPath', 'Parameters'],
  Succeed: common,
  Fail: [...common, 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};
const knownTopFields = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const lambdaArn = /^arn:aws[\w-]*:lambda:[^:]+:\d{12}:function:[^:]+$/;

// The library gives a task 60 s where none are named, AWS 99,999,999 s. This is the longest a timer can be.
const taskTimeoutSeconds = 2_147_483;

/** Reads a definition; refuses every state, field and task resource that the local runner does not model. */
export const readDefinition = (text: string, where: string): RunnableDefinition => {
  const definition = JSON.parse(text) as Definition;
  const states = Object.entries(definition.States);
  const faults = [
    ...Object.keys(definition).filter((field) => !knownTopFields.includes(field)),
    ...states.flatMap(([name, state]) => faultsOf(name, state)),
  ];
  if (faults.length > 0) throw new NotModelledError(...faults.map((fault) => `${where}: ${fault}`));
  const ready = {
    ...definition,
    States: Object.fromEntries(states.map(([name, state]) => [name, withTaskTimeout(state)])),
  };
  const tasks = states.filter(([, { Type }]) => Type === 'Task');
  return {
    stateMachine: new StateMachine(
      ready as unknown as ConstructorParameters<typeof StateMachine>[0],
    ),
    functionArns: Object.fromEntries(tasks.map(([name, { Resource }]) => [name, String(Resource)])),
  };
};

const faultsOf = (name: string, state: State): string[] => {
  const type = String(state.Type);
  const known = Object.hasOwn(knownFields, type) ? knownFields[type] : undefined;
  if (!known) return [`the state ${name} of type ${type}`];
  const fields = Object.keys(state).filter((field) => !known.includes(field));
  const isOtherTask = type === 'Task' && !lambdaArn.test(String(state.Resource));
  return [
    ...fields.map((field) => `the field ${field} of the state ${name}`),
    ...(isOtherTask ? [`the task resource ${String(state.Resource)} of the state ${name}`] : []),
  ];
};

const withTaskTimeout = (state: State): State => {
  const hasTimeout = state.TimeoutSeconds !== undefined || state.TimeoutSecondsPath !== undefined;
  return state.Type === 'Task' && !hasTimeout
    ? { ...state, TimeoutSeconds: taskTimeoutSeconds }
    : state;
};
