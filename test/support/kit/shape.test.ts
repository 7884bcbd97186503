import { describe, expect, it } from 'vitest';
import { toBer, withLongLength } from './ber.ts';
import { buildWindowsRequest } from './clients/windows-intune.ts';
import { children } from './elements.ts';
import { generalName, keyUsage, subjectAltName } from './extensions.ts';
import { rsaKey } from './keys.ts';
import { cn, name } from './names.ts';
import { type PkcsReqOptions, pkcsReq } from './pkcs-req.ts';
import { describeShape } from './shape.ts';
import { twice, without } from './signed-attributes.ts';
import { testRa } from './test-ra.ts';

const ra = testRa();
const shapeOf = (options: Partial<PkcsReqOptions> = {}) =>
  describeShape(pkcsReq({ ra, ...options }).message);
const csrShapeOf = (csr: PkcsReqOptions['csr']) => describeShape(pkcsReq({ ra, csr }).csr);

describe('the shape of a message', () => {
  it('is the same for another key, RA, name and nonce', () => {
    const subject = name(cn('another device'));
    const other = { ra: testRa('another'), key: rsaKey(2048, 'another'), csr: { subject } };
    expect(shapeOf(other)).toEqual(shapeOf());
  });

  it.each<[string, Partial<PkcsReqOptions>]>([
    ['a nonce of another length', { senderNonce: new Uint8Array(8) }],
    ['a key of another length', { key: rsaKey(1024) }],
    ['another messageType', { messageType: '17' }],
    ['a transactionID of another length', { transactionId: '0'.repeat(32) }],
    ['a transactionID of another alphabet', { transactionId: 'a'.repeat(40) }],
    ['an attribute left out', { attributes: without('senderNonce') }],
    ['an attribute twice', { attributes: twice('senderNonce') }],
    ['attributes in another order', { signer: { sortAttributes: false } }],
    ['another digest', { signer: { digest: 'sha1' } }],
    ['a digest without NULL', { signer: { digestWithoutNull: true } }],
    ['a signer by its key identifier', { signer: { by: 'subjectKeyId' } }],
    ['another key transport', { recipient: { transport: 'oaep-sha1' } }],
    ['another cipher', { envelope: { cipher: 'des3' } }],
    ['another version of the envelope', { envelope: { version: 2 } }],
    ['a constructed ciphertext', { envelope: { contentForm: 'constructed' } }],
    ['indefinite lengths', { signedData: { outer: 'ber' } }],
    ['no certificates', { signedData: { certificates: undefined } }],
  ])('differs with %s', (_, options) => {
    expect(shapeOf(options)).not.toEqual(shapeOf());
  });

  it.each([
    ['another version', { version: 2 }],
    ['another string type in a name', { subject: name(cn('device', 'printable')) }],
    ['another attribute in a name', { subject: name({ type: 'O', value: 'device' }) }],
    ['another keyUsage', { extensions: [keyUsage(['digitalSignature'])] }],
    ['a keyUsage that is not critical', { extensions: [keyUsage(['keyEncipherment'], false)] }],
    ['another extension', { extensions: [subjectAltName([generalName.dns('a.example')])] }],
    ['another string type in a challenge', { challenges: [{ value: 'S3CRET', as: 'utf8' }] }],
  ] as const)('differs in the CSR with %s', (_, csr) => {
    const usual = csrShapeOf({
      challenges: ['S3CRET'],
      extensions: [keyUsage(['keyEncipherment'])],
    });
    const rest = { challenges: ['S3CRET'], extensions: [keyUsage(['keyEncipherment'])] };
    expect(csrShapeOf({ ...rest, ...csr })).not.toEqual(usual);
  });

  it('shows each form of a length', () => {
    const { message } = buildWindowsRequest(ra);
    expect(describeShape(toBer(message))[0]).toBe('SEQUENCE (indefinite)');
    const [type = message] = children(message);
    expect(describeShape(withLongLength(type))[0]).toMatch(/^OBJECT IDENTIFIER \(long\)/);
  });

  it('is not described for a message that is cut short or goes on', () => {
    const { message } = pkcsReq({ ra });
    expect(() => describeShape(message.subarray(0, -1))).toThrow('cut short');
    expect(() => describeShape(Buffer.concat([message, Buffer.of(0)]))).toThrow('follow');
    expect(() => describeShape(toBer(message).subarray(0, -2))).toThrow('cut short');
  });
});
