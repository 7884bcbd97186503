import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveIssuanceKeys } from '../../../lambda/policy/connector-key.ts';
import { decide, type Grant, openGrant, sealGrant } from '../../../lambda/policy/grant.ts';
import { encoders, plainTextsIn } from './plain-forms.ts';
import { challengeKeyIn, context, enrolment, keys, random, secrets, withCode } from './requests.ts';

const attempt = { enrolmentId: 'an enrolment', attempt: 1 };
const notSealed = withCode('NotSealed');

async function sealed() {
  const grant = await decide(enrolment(attempt), 1, context().decision);
  return { grant, bytes: sealGrant(grant, keys, random) };
}

/** Texts in the JSON of a Grant: a member, a name, the enrolment and the challenge. */
const textsIn = (grant: Grant) => [
  '"authority"',
  'device',
  grant.enrolmentId,
  challengeKeyIn(grant),
];

describe('a sealed Grant', () => {
  it('opens as the same Grant', async () => {
    const { grant, bytes } = await sealed();
    expect(openGrant('test', attempt, bytes, keys)).toEqual(grant);
  });

  it('is the JSON of the Grant under AES-256-GCM, bound to its connector and attempt', async () => {
    const { grant, bytes } = await sealed();
    const [iv, text, tag] = [bytes.subarray(0, 12), bytes.subarray(12, -16), bytes.subarray(-16)];
    const decipher = createDecipheriv('aes-256-gcm', keys.grants, iv, { authTagLength: 16 })
      .setAAD(Buffer.from('test#an enrolment-1'))
      .setAuthTag(tag);
    const plaintext = Buffer.concat([decipher.update(text), decipher.final()]);
    expect(JSON.parse(plaintext.toString())).toEqual(grant);
  });

  it('holds no text of the Grant in any plain encoding', async () => {
    const { grant, bytes } = await sealed();
    expect(plainTextsIn(bytes, textsIn(grant))).toEqual([]);
  });

  it('differs in every octet each time it is sealed', async () => {
    const { grant, bytes } = await sealed();
    const others = Array.from({ length: 4 }, () => sealGrant(grant, keys, random));
    const same = [...bytes.keys()].filter((at) => others.every((other) => other[at] === bytes[at]));
    expect(same).toEqual([]);
  });

  it('does not open for another attempt, enrolment or connector', async () => {
    const { bytes } = await sealed();
    const open = (connectorId: string, enrolmentId: string, number: number) => () =>
      openGrant(connectorId, { enrolmentId, attempt: number }, bytes, keys);
    expect(open('test', attempt.enrolmentId, 2)).toThrow(notSealed);
    expect(open('test', 'another enrolment', 1)).toThrow(notSealed);
    expect(open('other', attempt.enrolmentId, 1)).toThrow(notSealed);
  });

  it('does not open under another connector’s secret', async () => {
    const { bytes } = await sealed();
    const others = deriveIssuanceKeys('test', {
      ...secrets,
      issuance: 'another issuance secret of enough characters',
    });
    expect(() => openGrant('test', attempt, bytes, others)).toThrow(notSealed);
  });

  it('does not open with any octet changed, removed or added', async () => {
    const { bytes } = await sealed();
    const open = (copy: Uint8Array) => () => openGrant('test', attempt, copy, keys);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(open(changed)).toThrow(notSealed);
      expect(open(bytes.subarray(0, at))).toThrow(notSealed);
    }
    expect(open(Uint8Array.of(...bytes, 0))).toThrow(notSealed);
  });
});

describe('the search for plain text', () => {
  it.each(Object.entries(encoders))('finds the texts of a Grant in %s', async (_, encode) => {
    const { grant } = await sealed();
    const plain = encode(JSON.stringify(grant));
    expect(plainTextsIn(plain, textsIn(grant))).toEqual(textsIn(grant));
  });
});
