import { describe, expect, it } from 'vitest';
import type { ChallengeConstraints } from '../../../lambda/names/challenge-limits.ts';
import { checkConstraints, type Names } from '../../../lambda/policy/constraints.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';
import { cn, name } from '../../support/kit/names.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { codeOf } from './requests.ts';

const printer: Names = {
  subject: [
    { attribute: 'CN', value: 'printer-7' },
    { attribute: 'OU', value: 'Floor 1' },
    { attribute: 'OU', value: 'West' },
  ],
  alternativeNames: [{ kind: 'dns', value: 'printer-7.example.com' }],
};

const check = (constraints: ChallengeConstraints, names: Names = printer) =>
  codeOf(() => checkConstraints(names, constraints));

describe('the constraints of a challenge', () => {
  const dns = { alternativeNames: { dns: ['*.example.com'] } };

  it.each<[string, ChallengeConstraints]>([
    ['any request if they are empty', {}],
    ['an exact value', { subject: { CN: ['printer-7'] }, ...dns }],
    ['a pattern', { subject: { CN: ['laptop-*', 'printer-*'] }, ...dns }],
    [
      'every value of a repeated attribute',
      { subject: { CN: ['*'], OU: ['Floor *', 'West'] }, ...dns },
    ],
  ])('accept %s', (_, constraints) => {
    expect(check(constraints)).toBeUndefined();
  });

  it.each<[string, ChallengeConstraints]>([
    ['another value', { subject: { CN: ['printer-8'] }, ...dns }],
    ['a longer value', { subject: { CN: ['printer'] }, ...dns }],
    ['a value in another case', { subject: { CN: ['PRINTER-7'] }, ...dns }],
    ['a request without a listed attribute', { subject: { CN: ['*'], O: ['*'] }, ...dns }],
    ['two values if one does not match', { subject: { CN: ['*'], OU: ['Floor *'] }, ...dns }],
    ['every value if there is no pattern', { subject: { CN: [] }, ...dns }],
    ['a CN that the limit on the subject leaves out', { subject: { OU: ['*'] }, ...dns }],
    ['any alternative name if none is listed', { subject: { CN: ['*'] }, alternativeNames: {} }],
    ['any alternative name if only the subject is limited', { subject: { CN: ['*'] } }],
    [
      'a kind of name that is not listed',
      { subject: { CN: ['*'] }, alternativeNames: { email: ['*'] } },
    ],
    [
      'a name that does not match',
      { subject: { CN: ['*'] }, alternativeNames: { dns: ['*.test'] } },
    ],
    [
      'names if a member of the prototype is listed',
      { subject: { CN: ['*'] }, alternativeNames: { constructor: ['*'] } },
    ],
    [
      'every request if an unknown attribute is listed',
      { subject: { CN: ['*'], nonsense: ['*'] }, ...dns },
    ],
    ['a CN that is not one of the names if only names are limited', dns],
  ])('refuse %s', (_, constraints) => {
    expect(check(constraints)).toBe('ChallengeConstraint');
  });

  it('accept a CN that is one of the names if only names are limited', () => {
    const subject = [{ attribute: 'CN', value: 'Printer-7.example.com' }] as const;
    expect(check(dns, { ...printer, subject })).toBeUndefined();
    expect(check(dns, { alternativeNames: [], subject })).toBeUndefined();
  });

  it.each(['emailAddress', 'UID', 'serialNumber', 'unstructuredName', '1.3.6.1.4.1.99.1'] as const)(
    'refuse %s, which names the holder, unless it is listed',
    (attribute) => {
      const names: Names = {
        subject: [
          { attribute: 'CN', value: 'printer-7' },
          { attribute, value: 'ceo@example.com' },
        ],
        alternativeNames: [],
      };
      expect(check({ subject: { CN: ['*'] } }, names)).toBe('ChallengeConstraint');
      expect(check({ subject: { CN: ['*'], [attribute]: ['ceo@*'] } }, names)).toBeUndefined();
      expect(check({ alternativeNames: { dns: ['*'] } }, names)).toBe('ChallengeConstraint');
    },
  );

  it('ignore the case of host names and the spelling of addresses', () => {
    const names: Names = {
      subject: [{ attribute: 'CN', value: 'a' }],
      alternativeNames: [
        { kind: 'dns', value: 'HOST7.EXAMPLE.COM' },
        { kind: 'ip', value: '2001:db8:0:0:0:0:0:7' },
      ],
    };
    const limits = { dns: ['*.example.com'], ip: ['2001:DB8::7'] };
    expect(check({ subject: { CN: ['a'] }, alternativeNames: limits }, names)).toBeUndefined();
  });

  it('accept a request without alternative names, whatever their limits are', () => {
    const names = { ...printer, alternativeNames: [] };
    const constraints = { subject: { CN: ['*'] }, alternativeNames: { dns: ['none.example.com'] } };
    expect(check(constraints, names)).toBeUndefined();
  });
});

describe('a request against the constraints of its challenge', () => {
  const enrolled = async (commonName: string, maxUses?: number) => {
    const connector = testConnector();
    const challenge = await connector.challenge({
      maxUses,
      constraints: { subject: { CN: ['printer-*'] } },
    });
    const request = pkcsReq({
      ra: connector.ra,
      challenge,
      csr: { subject: name(cn(commonName)) },
    });
    const { outcome } = await connector.send(request.message);
    return { ...connector, challenge, outcome };
  };

  it.each([[1], [undefined]])(
    'is refused before any call to the CA (challenge of %s uses)',
    async (uses) => {
      const { outcome, ca, started } = await enrolled('laptop-1', uses);
      expect(outcome).toMatchObject({ status: 'refused', code: 'ChallengeConstraint' });
      expect(ca.orders).toEqual([]);
      expect(started).toEqual([]);
    },
  );

  it('takes no use if it is refused, so the right device still gets its certificate', async () => {
    const { challenge, send, ra } = await enrolled('laptop-1', 1);
    const right = pkcsReq({ ra, challenge, csr: { subject: name(cn('printer-1')) } });
    expect((await send(right.message)).outcome.status).toBe('issued');
  });

  it('is issued if its names match', async () => {
    expect((await enrolled('printer-1', 1)).outcome.status).toBe('issued');
  });
});
