/** The modelled states in Amazon States Language. Definitions are checked against this. */

/** A retrier of a task. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** A catcher of a task. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

/** A rule of a Choice: one comparison of a variable, or a combination of rules. */
export type ChoiceRule = Readonly<Record<string, unknown>> & { readonly Next?: string };

interface Common {
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface TaskState extends Common {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: unknown;
  readonly ResultSelector?: unknown;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly TimeoutSeconds?: number;
}

interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
}

interface PassState extends Common {
  readonly Type: 'Pass';
  readonly Result?: unknown;
  readonly Parameters?: unknown;
  readonly ResultPath?: string | null;
}

interface SucceedState extends Common {
  readonly Type: 'Succeed';
}

interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

/** Any modelled state. */
export type State = TaskState | ChoiceState | WaitState | PassState | SucceedState | FailState;

/** A state of one type. */
export type StateOf<Type extends State['Type']> = Extract<State, { readonly Type: Type }>;

/** A state machine's definition. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

const common = ['Type', 'Comment', 'Next', 'End', 'InputPath', 'OutputPath'];

/** The fields of each type. */
export const knownFields: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: [
    ...common,
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'Retry',
    'Catch',
    'TimeoutSeconds',
  ],
  Choice: [...common, 'Choices', 'Default'],
  Wait: [...common, 'Seconds', 'SecondsPath'],
  Pass: [...common, 'Result', 'ResultPath', 'Parameters'],
  Succeed: common,
  Fail: ['Type', 'Comment', 'Error', 'Cause'],
};

/** The fields of a retrier. */
export const retrierFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

/** The fields of a catcher. */
export const catcherFields = ['ErrorEquals', 'ResultPath', 'Next', 'Comment'];
