/** An error of a state: what Retry and Catch match, and what an execution fails with. */
export class StateError extends Error {
  readonly code: string;

  /** `code` is the error's name in Amazon States Language; `cause` is text, for a function JSON. */
  constructor(code: string, cause: string) {
    super(cause);
    this.name = 'StateError';
    this.code = code;
  }
}

/** A path that leads nowhere, or a value of another kind than a state wants: States.Runtime. */
export const runtimeError = (cause: string): StateError => new StateError('States.Runtime', cause);
