/**
 * The one ACM PCA template that is ever asked for, and the only one our roles may ask for. It takes every extension from
 * us and none from the CSR; never a CSRPassthrough one, which lets the CSR say what the certificate is for.
 */
export const templateName = 'BlankEndEntityCertificate_APIPassthrough/V1';
