/**
 * The one ACM PCA template that we use, and the only one that our roles allow. It takes every
 * extension from us and none from the CSR. A CSRPassthrough template would let the CSR choose the
 * usages.
 */
export const templateName = 'BlankEndEntityCertificate_APIPassthrough/V1';
