/**
 * The content of Windows' requests under Intune: whether our rules accept it, and which of it the
 * certificate contains.
 */
import { describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { type Enrolment, readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { isSelfSigned } from '../../../lambda/message/self-signature.ts';
import { grantAlternativeNames } from '../../../lambda/policy/alternative-names.ts';
import { toIntuneRequest } from '../../../lambda/policy/intune.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { checkRequestedExtensions } from '../../../lambda/policy/requested-extensions.ts';
import { grantSubject } from '../../../lambda/policy/subject.ts';
import { sMimeCapabilities, templateName } from '../../support/kit/clients/microsoft-extensions.ts';
import {
  buildWindowsExtensions,
  strongMapping,
  windowsAttributes,
  windowsChallenge,
} from '../../support/kit/clients/windows-intune.ts';
import { buildCsr, type CsrOptions } from '../../support/kit/csr.ts';
import {
  boolean,
  integer,
  octetString,
  oid,
  sequence,
  stringTypes,
} from '../../support/kit/der.ts';
import {
  extension,
  generalName,
  microsoftSid,
  subjectAltName,
} from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { exchange } from '../http/exchange.ts';
import { codeOf } from '../policy/requests.ts';

const key = rsaKey();
const profile: Profile = {
  ...defaultProfile,
  alternativeNames: { uri: ['tag:microsoft.com,2022-09-14:sid:*', 'IntuneDeviceId://*'] },
};

const template = templateName('User');
const templateV2 = extension(
  '1.3.6.1.4.1.311.21.7',
  false,
  sequence(oid('1.3.6.1.4.1.311.21.8.1.2'), integer(100), integer(1)),
);
const applicationPolicies = extension(
  '1.3.6.1.4.1.311.21.10',
  false,
  sequence(sequence(oid('1.3.6.1.5.5.7.3.2'))),
);
const aes256 = sMimeCapabilities(['2.16.840.1.101.3.4.1.42']);
/** CA:FALSE with a path length. It is illegal, but Windows 11 sends it. */
const falseWithPathLength = extension('2.5.29.19', true, sequence(boolean(false), integer(0)));
const pathLengthAlone = extension('2.5.29.19', true, sequence(integer(0)));

const requestedExtensions = buildWindowsExtensions(key);

function enrolled(options: CsrOptions): Enrolment {
  const request = readCertificationRequest(
    buildCsr({ key, challenges: [windowsChallenge], ...options }),
  );
  expect(isSelfSigned(request)).toBe(true);
  const signer = { subjectPublicKeyInfo: key.spki };
  const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
  return readEnrolment('test', message, request);
}

/** Checks a request with every rule except the challenge's. */
function verdictOn(options: CsrOptions): string | undefined {
  return codeOf(() => {
    const enrolment = enrolled(options);
    checkRequestedExtensions(enrolment);
    grantSubject(enrolment.subject, profile);
    grantAlternativeNames(enrolment.alternativeNames, profile);
    toIntuneRequest(enrolment, 'one');
  });
}

describe('a Windows request', () => {
  it('is accepted with its attributes, its extensions and a challenge of kilobytes', () => {
    const options = { attributes: windowsAttributes, extensions: requestedExtensions };
    expect(verdictOn(options)).toBeUndefined();
  });

  it.each([
    ['a template’s name', template],
    ['a template’s number', templateV2],
    ['application policies', applicationPolicies],
    ['S/MIME capabilities', aes256],
    ['CA:FALSE with a path length', falseWithPathLength],
    ['a path length alone', pathLengthAlone],
    ['the SID extension', microsoftSid('S-1-5-21-1-2-3-500')],
  ])('is accepted with %s', (_, requested) => {
    expect(verdictOn({ extensions: [...requestedExtensions, requested] })).toBeUndefined();
  });

  it('is refused with a critical SID extension, as with any unknown critical extension', () => {
    const critical = extension('1.3.6.1.4.1.311.25.2', true, octetString(Uint8Array.of(1)));
    expect(verdictOn({ extensions: [critical] })).toBe('ExtensionRefused');
  });

  it('is accepted with an e-mail address in the subject', () => {
    const subject = name(cn('user'), { type: 'E', value: 'a@b.example', as: 'ia5' });
    expect(verdictOn({ subject })).toBeUndefined();
  });

  it('is read if its challenge is a PrintableString, a UTF8String or an IA5String', () => {
    for (const as of ['printable', 'utf8', 'ia5'] as const)
      expect(
        enrolled({ challenges: [{ value: windowsChallenge, as }] }).challengePasswords,
      ).toEqual([windowsChallenge]);
  });

  it('is sent to Intune byte for byte', () => {
    const bytes = buildCsr({
      key,
      challenges: [windowsChallenge],
      attributes: windowsAttributes,
      extensions: requestedExtensions,
    });
    const signer = { subjectPublicKeyInfo: key.spki };
    const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
    const enrolment = readEnrolment('test', message, readCertificationRequest(bytes));
    const { certificateRequest } = toIntuneRequest(enrolment, 'one');
    expect(Buffer.compare(certificateRequest, bytes)).toBe(0);
  });

  it.each([
    [
      'a common name of more than 64 characters',
      { subject: name(cn('u'.repeat(65))) },
      'SubjectRefused',
    ],
    [
      'a user principal name outside the profile',
      { extensions: [subjectAltName([generalName.upn('a@b.example')])] },
      'AlternativeNameRefused',
    ],
    [
      'another otherName',
      {
        extensions: [subjectAltName([generalName.other('1.2.3', stringTypes.utf8('a@b.example'))])],
      },
      'AlternativeNameRefused',
    ],
  ] as const)('is refused with %s, which the SCEP profile must omit', (_, options, code) => {
    expect(verdictOn(options)).toBe(code);
  });
});

describe('the certificate', () => {
  it('never contains the SID extension, whatever the request contains', async () => {
    const extensions = [microsoftSid('S-1-5-21-1-2-3-500'), template];
    const { reply, ca } = await exchange({ csr: { extensions } });
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
    expect(Object.keys(ca.orders[0]?.passthrough.Extensions ?? {})).toEqual([
      'KeyUsage',
      'ExtendedKeyUsage',
    ]);
  });

  it('contains the requested strong mapping if the profile names it', async () => {
    const extensions = [subjectAltName([generalName.uri(strongMapping)])];
    const { reply, ca } = await exchange({ csr: { extensions } }, { profile });
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
    expect(ca.orders[0]?.passthrough.Extensions).toMatchObject({
      SubjectAlternativeNames: [{ UniformResourceIdentifier: strongMapping }],
    });
  });

  it('contains a user principal name if the profile allows it', async () => {
    const extensions = [subjectAltName([generalName.upn('user@corp.example')])];
    const upn: Profile = { ...profile, alternativeNames: { upn: ['*@corp.example'] } };
    const { reply, ca } = await exchange({ csr: { extensions } }, { profile: upn });
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
    expect(ca.orders[0]?.passthrough.Extensions).toMatchObject({
      SubjectAlternativeNames: [
        { OtherName: { TypeId: '1.3.6.1.4.1.311.20.2.3', Value: 'user@corp.example' } },
      ],
    });
  });

  it('contains no user principal name of another domain or in another string type', async () => {
    const upn: Profile = { ...profile, alternativeNames: { upn: ['*@corp.example'] } };
    for (const name of [
      generalName.upn('user@other.example'),
      generalName.other('1.3.6.1.4.1.311.20.2.3', stringTypes.ia5('user@corp.example')),
    ]) {
      const { verdict, ca } = await exchange(
        { csr: { extensions: [subjectAltName([name])] } },
        { profile: upn },
      );
      expect(verdict).toBe('FAILURE badRequest AlternativeNameRefused');
      expect(ca.orders).toEqual([]);
    }
  });
});
