/** The messages between the pool and its worker threads, and the result of an invocation. */

/** An error as Lambda reports it; a state machine's Retry and Catch match `errorType`. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The result of an invocation. `payload` is JSON, as on the wire. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | {
      readonly ok: false;
      /** Lambda had no capacity, so the function did not run and the error is not its own. */
      readonly isThrottled?: true;
      /** The event exceeds Lambda's limit, so the function did not run. */
      readonly isTooLarge?: true;
      readonly error: FunctionError;
    };

/** Invokes a function with an event. It never rejects, because an error is a result. */
export type Invoke = (event: unknown) => Promise<InvocationResult>;

/** Sent to a worker. */
export interface InvocationRequest {
  readonly requestId: string;
  readonly payload: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

/** Sent by a worker: once after it has loaded the handler, and once per invocation. */
export type WorkerMessage = { readonly ready: true } | { readonly result: InvocationResult };

/** The data that a worker starts with. */
export interface WorkerSetup {
  readonly handlerFile: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}
