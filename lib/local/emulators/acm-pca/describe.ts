/** The output of DescribeCertificateAuthority. */
import { X509Certificate } from 'node:crypto';
import type { Json } from '../aws-service.ts';
import type { Authority } from './authorities.ts';

/** Describes a CA in the form of the API. */
export const describeAuthority = (authority: Authority): Json => {
  const certificate = authority.certificatePem
    ? new X509Certificate(authority.certificatePem)
    : undefined;
  const dates = certificate && {
    Serial: certificate.serialNumber.toLowerCase(),
    NotBefore: Date.parse(certificate.validFrom) / 1000,
    NotAfter: Date.parse(certificate.validTo) / 1000,
  };
  return {
    Arn: authority.arn,
    OwnerAccount: authority.arn.split(':')[4],
    CreatedAt: authority.createdAtSeconds,
    LastStateChangeAt: authority.activatedAtSeconds ?? authority.createdAtSeconds,
    Type: 'ROOT',
    Status: certificate ? 'ACTIVE' : 'PENDING_CERTIFICATE',
    ...dates,
    CertificateAuthorityConfiguration: authority.configuration,
    RevocationConfiguration: {
      CrlConfiguration: { Enabled: false },
      OcspConfiguration: { Enabled: false },
    },
    KeyStorageSecurityStandard: 'FIPS_140_2_LEVEL_3_OR_HIGHER',
    UsageMode: authority.usageMode,
  };
};
