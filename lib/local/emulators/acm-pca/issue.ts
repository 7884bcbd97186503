/** IssueCertificate: from the API's request to a signed certificate. */
import { X509Certificate } from 'node:crypto';
import { AwsError, type Json, optionalText, requiredText } from '../aws-service.ts';
import { keyFamily, signingAlgorithm } from './algorithms.ts';
import { type Authority, spkiOf } from './authorities.ts';
import { makeSerial, privateKeyOf, type RandomOctets, signCertificate } from './certificate.ts';
import { type CertificateRequest, readCertificateRequest } from './certificate-request.ts';
import { isEmptyName } from './der.ts';
import {
  authorityKeyIdentifier,
  duplicateExtension,
  type Extension,
  extensionIds,
  subjectKeyIdentifier,
} from './extensions.ts';
import { generalNames } from './general-names.ts';
import { subjectName } from './subject.ts';
import { type Template, templateExtensions, templateOf } from './templates.ts';
import { checkEnd, validityDate } from './validity.ts';

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
  const template = templateOf(optionalText(input, 'TemplateArn'));
  checkState(authority, template);
  const algorithm = signingAlgorithm(requiredText(input, 'SigningAlgorithm'));
  if (algorithm.family !== keyFamily(authority.configuration.KeyAlgorithm)) {
    throw new AwsError(
      'InvalidArgsException',
      'The signing algorithm is not of the family of the CA key',
    );
  }
  const request = readCertificateRequest(csrText(input));
  // Without an APIPassthrough template ApiPassthrough is ignored, silently, as the service does.
  const passthrough = (template.takesApiPassthrough ? (input.ApiPassthrough ?? {}) : {}) as Json;
  const notAfter = validityDate(input.Validity, now);
  if (!template.isAuthority) checkEnd(notAfter, now, limitsOf(authority));

  const serial = makeSerial(random);
  const subject = chooseSubject(request, passthrough);
  const pem = signCertificate(
    {
      serial,
      issuer: subjectName(authority.configuration.Subject),
      subject,
      spki: request.spki,
      notBefore: notBefore(input, now),
      notAfter,
      extensions: chooseExtensions(template, request, passthrough, authority, isEmptyName(subject)),
    },
    algorithm,
    privateKeyOf(authority.keyPem),
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
  Buffer.from(requiredText(input, 'Csr'), 'base64').toString('latin1');

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
  return asked ? validityDate(asked, now) : new Date(now.getTime() - backdateMilliseconds);
};

/** The API's subject, or else the request's. */
const chooseSubject = (request: CertificateRequest, passthrough: Json): Buffer => {
  const subject = passthrough.Subject as Json | undefined;
  return subject && Object.keys(subject).length > 0 ? subjectName(subject) : request.subject;
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
        value: generalNames(names),
      }
    : request.subjectAlternativeName;
  const templates = templateExtensions(template, asked);
  const custom = templates.find(({ id }) => id === extensionIds.subjectAlternativeName);
  if (custom && names) throw duplicateExtension(custom.id);
  if (hasNoSubject && !alternativeName && !custom) {
    throw new AwsError(
      'MalformedCSRException',
      'The request has neither a subject nor an alternative name',
    );
  }
  return [
    ...templates,
    subjectKeyIdentifier(request.spki),
    ...(template.isAuthority ? [] : [authorityKeyIdentifier(spkiOf(authority.keyPem))]),
    ...(alternativeName && !custom ? [alternativeName] : []),
  ];
};
