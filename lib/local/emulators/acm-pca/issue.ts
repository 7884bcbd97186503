/** IssueCertificate: turns the API's request into a signed certificate. */
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

/** A signed certificate, and its serial number in the form of ARNs. */
export interface Issued {
  readonly serialHex: string;
  readonly pem: string;
}

/**
 * Issues a certificate for a request that the service model allows. Refuses an inactive CA, a
 * signing algorithm of another family, a CSR that is malformed or not signed by its key, and a
 * template that is not modelled. It also refuses names and extensions that a certificate cannot
 * contain, and an invalid end of validity.
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
      'The signing algorithm does not match the family of the CA key',
    );
  }
  const request = readCertificateRequest(decodeCsr(input));
  // As in the service, ApiPassthrough is silently ignored without an APIPassthrough template.
  const passthrough = (template.acceptsApiPassthrough ? (input.ApiPassthrough ?? {}) : {}) as Json;
  const notAfter = computeValidityEnd(input.Validity, now);
  if (!template.isAuthority) checkEnd(notAfter, now, readLimits(authority));

  const serial = makeSerial(random);
  const subject = chooseSubject(request, passthrough);
  const pem = signCertificate(
    {
      serial,
      issuer: encodeSubject(authority.configuration.Subject),
      subject,
      spki: request.spki,
      notBefore: computeNotBefore(input, now),
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

const decodeCsr = (input: Json): string =>
  Buffer.from(requireText(input, 'Csr'), 'base64').toString('latin1');

const ends = new Map<string, Date>();

/**
 * Returns the end of a CA's certificate. It is cached, since parsing a certificate takes 0.2 ms.
 */
const readEnd = (certificatePem: string): Date => {
  const end = ends.get(certificatePem) ?? new Date(new X509Certificate(certificatePem).validTo);
  ends.set(certificatePem, end);
  return end;
};

const readLimits = (authority: Authority): { notAfter: Date; isShortLived: boolean } => ({
  notAfter: readEnd(authority.certificatePem ?? ''),
  isShortLived: authority.usageMode === 'SHORT_LIVED_CERTIFICATE',
});

const computeNotBefore = (input: Json, now: Date): Date => {
  const given = input.ValidityNotBefore as Json | undefined;
  if (given && given.Type !== 'ABSOLUTE') {
    throw new AwsError('InvalidArgsException', 'ValidityNotBefore must be ABSOLUTE or absent');
  }
  return given ? computeValidityEnd(given, now) : new Date(now.getTime() - backdateMilliseconds);
};

/** Chooses the API's subject, or else the request's. */
const chooseSubject = (request: CertificateRequest, passthrough: Json): Buffer => {
  const subject = passthrough.Subject as Json | undefined;
  return subject && Object.keys(subject).length > 0 ? encodeSubject(subject) : request.subject;
};

/**
 * Chooses the extensions. The alternative names come from the API, or else from the request, since
 * the service copies them for every template.
 */
const chooseExtensions = (
  template: Template,
  request: CertificateRequest,
  passthrough: Json,
  authority: Authority,
  hasNoSubject: boolean,
): Extension[] => {
  const given = (passthrough.Extensions ?? {}) as Json;
  const names = given.SubjectAlternativeNames as readonly Json[] | undefined;
  const alternativeName: Extension | undefined = names
    ? // RFC 5280 section 4.2.1.6: critical if there is no subject.
      {
        id: extensionIds.subjectAlternativeName,
        critical: hasNoSubject,
        value: encodeGeneralNames(names),
      }
    : request.subjectAlternativeName;
  const templates = buildTemplateExtensions(template, given);
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
