/** A state's error. Retry and Catch match it, and the execution fails with it. */
export class StateError extends Error {
  readonly code: string;

  /**
   * `code` is the error's name in Amazon States Language; `cause` is text, and JSON for a
   * function's error.
   */
  constructor(code: string, cause: string) {
    super(cause);
    this.name = 'StateError';
    this.code = code;
  }
}

/** States.Runtime: a path without a value, or a value of a wrong kind. */
export const createRuntimeError = (cause: string): StateError =>
  new StateError('States.Runtime', cause);
