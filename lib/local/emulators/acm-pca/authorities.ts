/** The certificate authorities of the local ACM PCA: their keys and state, stored in one file. */
import { createPublicKey } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readStoredJson, writeStoredJson } from '../../stored-json.ts';
import { AwsError, type Json } from '../aws-service.ts';
import { generateKeyPem, readSigningAlgorithm } from './algorithms.ts';
import { readPrivateKey, signRequest } from './certificate.ts';
import { encodeSubject } from './subject.ts';

export type UsageMode = 'GENERAL_PURPOSE' | 'SHORT_LIVED_CERTIFICATE';

/** The definition of a CA. `configuration` is the API's `CertificateAuthorityConfiguration`. */
export interface AuthorityDefinition {
  readonly arn: string;
  readonly configuration: {
    readonly KeyAlgorithm: string;
    readonly SigningAlgorithm: string;
    readonly Subject: Json;
  };
  readonly usageMode: UsageMode;
}

/** A stored CA. Without a certificate its state is PENDING_CERTIFICATE. */
export interface Authority extends AuthorityDefinition {
  readonly createdAtSeconds: number;
  readonly keyPem: string;
  readonly requestPem: string;
  readonly certificatePem?: string;
  readonly activatedAtSeconds?: number;
}

/** The CAs of one state directory. */
export interface Authorities {
  readonly all: () => Authority[];
  /**
   * Finds a CA by its ARN. Refuses an invalid ARN with `InvalidArnException`, and a missing CA with
   * `ResourceNotFoundException`.
   */
  readonly find: (arn: string) => Authority;
  /**
   * Returns the CA of a definition, and creates it with a new key if it is missing. Refuses a
   * definition that differs from the stored one.
   */
  readonly ensure: (definition: AuthorityDefinition) => Promise<Authority>;
  readonly activate: (arn: string, certificatePem: string) => void;
}

const arnPattern = /^arn:[\w-]+:acm-pca:[\w-]+:\d{12}:certificate-authority\/[0-9a-f-]{36}$/;

/** Opens the CAs of a directory, which is created if it is missing. */
export const openAuthorities = (directory: string, now: () => number): Authorities => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'authorities.json');
  const byArn = new Map<string, Authority>(
    (readStoredJson<Authority[]>(path) ?? []).map((authority) => [authority.arn, authority]),
  );
  const keep = (authority: Authority): Authority => {
    byArn.set(authority.arn, authority);
    writeStoredJson(path, [...byArn.values()]);
    return authority;
  };
  const seconds = () => Math.floor(now() / 1000);

  const find = (arn: string): Authority => {
    if (!arnPattern.test(arn))
      throw new AwsError('InvalidArnException', `Not the ARN of a CA: ${arn}`);
    const authority = byArn.get(arn);
    if (authority) return authority;
    throw new AwsError('ResourceNotFoundException', `Could not find certificate authority ${arn}`);
  };

  return {
    all: () => [...byArn.values()],
    find,
    ensure: async (definition) => {
      const kept = byArn.get(definition.arn);
      if (kept && isSame(kept, definition)) return kept;
      if (kept)
        throw new Error(
          `${definition.arn} has changed in the app; start with --fresh to replace it`,
        );
      return keep({ ...(await create(definition)), createdAtSeconds: seconds() });
    },
    activate: (arn, certificatePem) => {
      keep({ ...find(arn), certificatePem, activatedAtSeconds: seconds() });
    },
  };
};

const isSame = (kept: Authority, { configuration, usageMode }: AuthorityDefinition): boolean =>
  kept.usageMode === usageMode &&
  JSON.stringify(kept.configuration) === JSON.stringify(configuration);

const create = async (
  definition: AuthorityDefinition,
): Promise<Omit<Authority, 'createdAtSeconds'>> => {
  const { KeyAlgorithm, SigningAlgorithm, Subject } = definition.configuration;
  const keyPem = await generateKeyPem(KeyAlgorithm);
  const algorithm = readSigningAlgorithm(SigningAlgorithm);
  const requestPem = signRequest(
    encodeSubject(Subject),
    readSpki(keyPem),
    algorithm,
    readPrivateKey(keyPem),
  );
  return { ...definition, keyPem, requestPem };
};

const publicKeys = new Map<string, Buffer>();

/**
 * Returns the SubjectPublicKeyInfo of a private key. It is cached, since every certificate contains
 * the CA's key identifier.
 */
export const readSpki = (keyPem: string): Buffer => {
  const known = publicKeys.get(keyPem);
  if (known) return known;
  const spki = createPublicKey(keyPem).export({ type: 'spki', format: 'der' });
  publicKeys.set(keyPem, spki);
  return spki;
};
