/** The executions of the local Step Functions: a journal on disk of what was started and how it ended. */
import { appendToJournal, readJournal, rewriteJournal } from '../../stored-json.ts';

/** An execution as it was started. Times in milliseconds. */
interface StartedExecution {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
}

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly endedAt: number;
}

/** An execution; without an end it is RUNNING. */
export interface Execution extends StartedExecution {
  readonly end?: ExecutionEnd;
}

type Entry =
  | ({ readonly kind: 'started' } & StartedExecution)
  | ({ readonly kind: 'ended'; readonly arn: string } & ExecutionEnd);

/** The executions of one journal. */
export interface Executions {
  readonly find: (arn: string) => Execution | undefined;
  readonly running: () => Execution[];
  readonly start: (execution: StartedExecution) => void;
  readonly end: (arn: string, end: ExecutionEnd) => void;
}

/** Opens the journal, which is made with the first execution. */
export const openExecutions = (path: string): Executions => {
  const byArn = new Map<string, Execution>();
  const remember = (entry: Entry): void => {
    if (entry.kind === 'started') {
      const { kind: _kind, ...execution } = entry;
      byArn.set(entry.arn, execution);
      return;
    }
    const { kind: _kind, arn, ...end } = entry;
    const execution = byArn.get(arn);
    if (execution) byArn.set(arn, { ...execution, end });
  };
  const record = (entry: Entry): void => {
    appendToJournal(path, entry);
    remember(entry);
  };
  const entries = readJournal<Entry>(path);
  rewriteJournal(path, entries);
  entries.forEach(remember);
  return {
    find: (arn) => byArn.get(arn),
    running: () => [...byArn.values()].filter(({ end }) => end === undefined),
    start: (execution) => record({ kind: 'started', ...execution }),
    end: (arn, end) => record({ kind: 'ended', arn, ...end }),
  };
};
