/** The index of the enrolments table that lists who is not settled: what the construct makes and the ledger asks. */
export const unsettledIndex = 'unsettled';
