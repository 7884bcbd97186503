/** Refusals before the envelope is opened, with their codes and their names for admins. */
import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../lambda/message/envelope.ts';
import { defaultQuirks } from '../../../lambda/message/quirks.ts';
import { integer, oid, sequence, setAsGiven, tagged } from '../../support/kit/der.ts';
import { contentInfo } from '../../support/kit/envelope.ts';
import { ecKey } from '../../support/kit/keys.ts';
import { selfSigned } from '../../support/kit/pkcs-req.ts';
import { testRa } from '../../support/kit/test-ra.ts';
import { exchange } from '../http/exchange.ts';

const ec = ecKey();
const authEnveloped = contentInfo('1.2.840.113549.1.9.16.1.23', sequence(integer(0), setAsGiven()));

describe('a refusal before the envelope is opened', () => {
  it.each([
    ['SHA-1', { signer: { digest: 'sha1' } }, 'badAlg UnsupportedAlgorithm'],
    ['MD5', { signer: { digest: 'md5' } }, 'badAlg UnsupportedAlgorithm'],
    ['SHA-224', { signer: { digest: 'sha224' } }, 'badAlg UnsupportedAlgorithm'],
    ['DES', { envelope: { cipher: 'des' } }, 'badAlg UnsupportedAlgorithm'],
    ['Triple DES', { envelope: { cipher: 'des3' } }, 'badAlg UnsupportedAlgorithm'],
    ['1.2.3.4', { envelope: { cipherOid: '1.2.3.4' } }, 'badAlg UnsupportedAlgorithm'],
    [
      'AuthEnvelopedData',
      { signedData: { content: authEnveloped } },
      'badAlg UnsupportedAlgorithm',
    ],
    [
      'ECDSA',
      {
        signer: { key: ec.privateKey, certificate: selfSigned(ec) },
        signerCertificate: selfSigned(ec),
      },
      'badAlg UnsupportedAlgorithm',
    ],
    ['messageType 18 UpdateReq', { messageType: '18' }, 'badRequest UnsupportedMessageType'],
    ['messageType 99', { messageType: '99' }, 'badRequest UnsupportedMessageType'],
  ] as const)('names %s in the log line and in the history', async (refused, message, verdict) => {
    const result = await exchange(message);
    expect(result.verdict).toBe(`FAILURE ${verdict}`);
    expect(result.lastLine()).toMatchObject({ refused });
    expect(result.audited.history.entries()).toMatchObject([{ refused, count: 1 }]);
  });

  it('quotes no free text of the sender', async () => {
    const { lastLine } = await exchange({ messageType: '<script>' });
    expect(lastLine()).not.toHaveProperty('refused');
  });

  it('has a code of its own for an envelope to the CA', async () => {
    const { caCertificate } = testRa();
    const { verdict, leavesChallengeGood } = await exchange({
      recipient: { certificate: caCertificate },
    });
    expect(verdict).toBe('FAILURE badRequest RecipientUnknown');
    expect(await leavesChallengeGood()).toBe(true);
  });

  it('recognises AuthEnvelopedData by its type alone', () => {
    const bare = sequence(oid('1.2.840.113549.1.9.16.1.23'), tagged(0));
    expect(() => readEnvelope(bare, [], defaultQuirks)).toThrow('UnsupportedAlgorithm');
  });
});
