/** The index of the enrolments table that lists what is not done: what the construct makes and the adapters ask. */
export const unsettledIndex = 'unsettled';

/** Its partition of one connector's revocations; the connector's enrolments are under its id alone (ledger-changes.ts). */
export const revocationsOf = (connectorId: string): string => `${connectorId}#revocations`;
