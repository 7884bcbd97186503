/** The RA's own certification request, read by a reader that shares no code with its writer. */
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import * as asn1js from 'asn1js';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeRaRequest } from '../../../lambda/asn1/ra-request.ts';

let made: Awaited<ReturnType<typeof makeRaRequest>>;
beforeAll(async () => {
  made = await makeRaRequest('SCEP RA test');
});

/** The parts of a constructed element. */
const parts = (element: asn1js.BaseBlock | undefined): readonly asn1js.BaseBlock[] => {
  if (!(element instanceof asn1js.Constructed)) throw new Error('not constructed');
  return element.valueBlock.value as asn1js.BaseBlock[];
};

const encoded = (element: asn1js.BaseBlock | undefined): string =>
  Buffer.from(element?.toBER() ?? new ArrayBuffer()).toString('hex');

/** The three parts of a CertificationRequest. */
const requestParts = () => parts(asn1js.fromBER(Uint8Array.from(made.request)).result);

describe('the certification request of the RA', () => {
  it('has an empty attributes field (required by RFC 2986 section 4.1)', () => {
    const info = parts(requestParts()[0]);
    expect(info.map(({ idBlock }) => [idBlock.tagClass, idBlock.tagNumber])).toEqual([
      [1, 2],
      [1, 16],
      [1, 16],
      [3, 0],
    ]);
    expect(encoded(info[3])).toBe('a000');
  });

  it('has NULL after sha256WithRSAEncryption (RFC 4055 section 5)', () => {
    expect(encoded(requestParts()[1])).toBe('300d06092a864886f70d01010b0500');
  });

  it('is signed by the key that it names, which is the returned key', () => {
    const [info, , signature] = requestParts();
    const spki = Buffer.from(encoded(parts(info)[2]), 'hex');
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const bits = Buffer.from(encoded(signature), 'hex').subarray(-256);
    expect(verify('sha256', Buffer.from(encoded(info), 'hex'), publicKey, bits)).toBe(true);
    const own = createPublicKey(createPrivateKey(made.privateKeyPem));
    expect(own.equals(publicKey)).toBe(true);
  });

  it('names the RA', () => {
    expect(encoded(parts(requestParts()[0])[1])).toContain(
      Buffer.from('SCEP RA test').toString('hex'),
    );
  });
});
