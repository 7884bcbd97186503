/** IssueCertificate: from the API's request to a signed certificate. */
import { X509Certificate } from 'node:crypto';
import { AwsError, type Json, readOptionalText, requireText } from '../aws-service.ts';
import { readKeyFamily, readSigningAlgorithm } from './algorithms.ts';
import { type Authority, readSpki } from './authorities.ts';
import { makeSerial, type RandomOctets, readPrivateKey, signCertificate } from './certificate.ts';
import { type CertificateRequest, readCertificateRequest } from './certificate-request.ts';
import { isEmptyName } from './der.ts';
import {
  buildAuthorityKeyIdentifier,
  buildSubjectKeyIdentifier,
  createDuplicateExtensionError,
  type Extension,
  extensionIds,
} from './extensions.ts';
import { encodeGeneralNames } from './general-names.ts';
import { encodeSubject } from './subject.ts';
import { buildTemplateExtensions, findTemplate, type Template } from './templates.ts';
import { checkEnd, computeValidityEnd } from './validity.ts';

const backdateMilliseconds = 60 * 60 * 1000;

/** A signed certificate, and its serial number as ARNs write it. */
export interface Issued {
  readonly serialHex: string;
  readonly pem: string;
}

/**
 * Issues for one request that the service model allows. Refuses a CA that is not active, a signing
 * algorithm of another family, a CSR that is malformed or not signed by its key, a template not
 * modelled, names and extensions that no certificate can hold, and an end the CA cannot promise.
 */
export const issueCertificate = (
  authority: Authority,
  input: Json,
  now: Date,
  random?: RandomOctets,
): Issued => {
  const template = findTemplate(readOptionalText(input, 'TemplateArn'));
  checkState(authority, template);
  const algorithm = readSigningAlgorithm(requireText(input, 'SigningAlgorithm'));
  if (algorithm.family !== readKeyFamily(authority.configuration.KeyAlgorithm)) {
    throw new AwsError(
      'InvalidArgsException',
      'The signing algorithm is not of the family of the CA key',
    );
  }
  const request = readCertificateRequest(csrText(input));
  // Without an APIPassthrough template ApiPassthrough is ignored, silently, as the service does.
  const passthrough = (template.takesApiPassthrough ? (input.ApiPassthrough ?? {}) : {}) as Json;
  const notAfter = computeValidityEnd(input.Validity, now);
  if (!template.isAuthority) checkEnd(notAfter, now, limitsOf(authority));

  const serial = makeSerial(random);
  const subject = chooseSubject(request, passthrough);
  const pem = signCertificate(
    {
      serial,
      issuer: encodeSubject(authority.configuration.Subject),
      subject,
      spki: request.spki,
      notBefore: notBefore(input, now),
      notAfter,
      extensions: chooseExtensions(template, request, passthrough, authority, isEmptyName(subject)),
    },
    algorithm,
    readPrivateKey(authority.keyPem),
  );
  return { serialHex: serial.toString('hex'), pem };
};

const checkState = (authority: Authority, template: Template): void => {
  if (template.isAuthority ? !authority.certificatePem : authority.certificatePem) return;
  throw new AwsError(
    'InvalidStateException',
    'The certificate authority is not in a valid state for issuing certificates',
  );
};

const csrText = (input: Json): string =>
  Buffer.from(requireText(input, 'Csr'), 'base64').toString('latin1');

const ends = new Map<string, Date>();

/** When a CA's certificate ends; kept, since reading a certificate takes 0.2 ms. */
const endOf = (certificatePem: string): Date => {
  const end = ends.get(certificatePem) ?? new Date(new X509Certificate(certificatePem).validTo);
  ends.set(certificatePem, end);
  return end;
};

const limitsOf = (authority: Authority): { notAfter: Date; isShortLived: boolean } => ({
  notAfter: endOf(authority.certificatePem ?? ''),
  isShortLived: authority.usageMode === 'SHORT_LIVED_CERTIFICATE',
});

const notBefore = (input: Json, now: Date): Date => {
  const asked = input.ValidityNotBefore as Json | undefined;
  if (asked && asked.Type !== 'ABSOLUTE') {
    throw new AwsError('InvalidArgsException', 'ValidityNotBefore is ABSOLUTE or absent');
  }
  return asked ? computeValidityEnd(asked, now) : new Date(now.getTime() - backdateMilliseconds);
};

/** The API's subject, or else the request's. */
const chooseSubject = (request: CertificateRequest, passthrough: Json): Buffer => {
  const subject = passthrough.Subject as Json | undefined;
  return subject && Object.keys(subject).length > 0 ? encodeSubject(subject) : request.subject;
};

/**
 * The API's alternative names, or else the request's: the service copies them for every template.
 */
const chooseExtensions = (
  template: Template,
  request: CertificateRequest,
  passthrough: Json,
  authority: Authority,
  hasNoSubject: boolean,
): Extension[] => {
  const asked = (passthrough.Extensions ?? {}) as Json;
  const names = asked.SubjectAlternativeNames as readonly Json[] | undefined;
  const alternativeName: Extension | undefined = names
    ? // RFC 5280 4.2.1.6: critical where it is the only name.
      {
        id: extensionIds.subjectAlternativeName,
        critical: hasNoSubject,
        value: encodeGeneralNames(names),
      }
    : request.subjectAlternativeName;
  const templates = buildTemplateExtensions(template, asked);
  const custom = templates.find(({ id }) => id === extensionIds.subjectAlternativeName);
  if (custom && names) throw createDuplicateExtensionError(custom.id);
  if (hasNoSubject && !alternativeName && !custom) {
    throw new AwsError(
      'MalformedCSRException',
      'The request has neither a subject nor an alternative name',
    );
  }
  return [
    ...templates,
    buildSubjectKeyIdentifier(request.spki),
    ...(template.isAuthority ? [] : [buildAuthorityKeyIdentifier(readSpki(authority.keyPem))]),
    ...(alternativeName && !custom ? [alternativeName] : []),
  ];
};
