/** No known client sends a longer transactionID; in characters. */
const maxCharacters = 128;

/** A transactionID for records: the device's own text, cut to a bounded length. */
export const formatTransactionId = (transactionId: string): string =>
  transactionId.slice(0, maxCharacters);
