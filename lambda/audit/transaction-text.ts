/** The longest transactionID of a known client, in characters. */
const maxCharacters = 128;

/** A transactionID as records keep it: the device's own text, cut to the longest of any client. */
export const formatTransactionId = (transactionId: string): string =>
  transactionId.slice(0, maxCharacters);
