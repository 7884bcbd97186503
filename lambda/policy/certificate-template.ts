/**
 * The only ACM PCA template that this service uses and that its roles allow. All extensions come
 * from the call and none from the CSR. A CSRPassthrough template would let the CSR choose the
 * usages.
 */
export const templateName = 'BlankEndEntityCertificate_APIPassthrough/V1';
