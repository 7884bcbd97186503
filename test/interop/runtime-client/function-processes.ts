/** The execution environments of all functions. As in Lambda, each has one event at a time. */
import type { DeployedFunction, FunctionProcess } from './function-process.ts';
import type { Ended, RuntimeEvent } from './runtime-api.ts';

/** Starts the environment of a function. */
type Start = (deployed: DeployedFunction) => Promise<FunctionProcess>;

/** Keeps environments warm and uses an idle one before it starts another. */
export function functionProcesses(start: Start) {
  const idle = new Map<string, FunctionProcess[]>();
  const all: FunctionProcess[] = [];
  const startAnother = async (deployed: DeployedFunction): Promise<FunctionProcess> => {
    const started = await start(deployed);
    all.push(started);
    return started;
  };
  return {
    invoke: async (deployed: DeployedFunction, event: RuntimeEvent): Promise<Ended> => {
      const waiting = idle.get(event.functionArn) ?? [];
      idle.set(event.functionArn, waiting);
      const environment = waiting.pop() ?? (await startAnother(deployed));
      const ended = await environment.invoke(event);
      if (ended.kind !== 'init error') waiting.push(environment);
      return ended;
    },
    /** The output of all environments. */
    lines: (): readonly string[] => all.flatMap((one) => one.lines()),
    stop: async (): Promise<void> => {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
