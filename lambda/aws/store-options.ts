import type { Repeats } from './repeat-until-decided.ts';

/** The options of the adapters of one connector's enrolments. */
export interface StoreOptions {
  readonly connectorId: string;
  readonly nowSeconds: () => number;
  /** For tests; the default repeats an undecided call for five seconds. */
  readonly repeats?: Repeats;
}
