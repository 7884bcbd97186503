/** What travels between the pool and its worker threads, and how an invocation ends. */

/** An error as Lambda reports it; `errorType` is what Retry and Catch of a state machine match. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How an invocation ended. `payload` is JSON, as it is on the wire. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | {
      readonly ok: false;
      /** Lambda had no room: the function did not run, and this error is not its own. */
      readonly isThrottled?: true;
      /** The event is larger than Lambda takes: the function did not run. */
      readonly isTooLarge?: true;
      readonly error: FunctionError;
    };

/** Invokes a function with an event; never rejects, an error is a result. */
export type Invoke = (event: unknown) => Promise<InvocationResult>;

/** Sent to a worker. */
export interface InvocationRequest {
  readonly requestId: string;
  readonly payload: string;
  /** By the clock, in milliseconds. */
  readonly deadline: number;
}

/** Sent by a worker, once when it has loaded the handler and once for each invocation. */
export type WorkerMessage = { readonly ready: true } | { readonly result: InvocationResult };

/** What a worker is born with. */
export interface WorkerSetup {
  readonly handlerFile: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}
