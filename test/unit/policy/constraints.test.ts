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

describe('a challenge’s constraints', () => {
  const dns = { alternativeNames: { dns: ['*.example.com'] } };

  it.each<[string, ChallengeConstraints]>([
    ['nothing', {}],
    ['an exact value', { subject: { CN: ['printer-7'] }, ...dns }],
    ['a pattern', { subject: { CN: ['laptop-*', 'printer-*'] }, ...dns }],
    [
      'every value of a repeated attribute',
      { subject: { CN: ['*'], OU: ['Floor *', 'West'] }, ...dns },
    ],
  ])('let %s pass', (_, constraints) => {
    expect(check(constraints)).toBeUndefined();
  });

  it.each<[string, ChallengeConstraints]>([
    ['another value', { subject: { CN: ['printer-8'] }, ...dns }],
    ['a value that only begins so', { subject: { CN: ['printer'] }, ...dns }],
    ['a value in other letters', { subject: { CN: ['PRINTER-7'] }, ...dns }],
    ['an attribute that is not there', { subject: { CN: ['*'], O: ['*'] }, ...dns }],
    ['one bad value of two', { subject: { CN: ['*'], OU: ['Floor *'] }, ...dns }],
    ['no pattern at all', { subject: { CN: [] }, ...dns }],
    ['a subject without a limit for its CN', { subject: { OU: ['*'] }, ...dns }],
    ['any name where no name is listed', { subject: { CN: ['*'] }, alternativeNames: {} }],
    ['any name where the subject alone is limited', { subject: { CN: ['*'] } }],
    ['a kind that is not named', { subject: { CN: ['*'] }, alternativeNames: { email: ['*'] } }],
    ['a name off the pattern', { subject: { CN: ['*'] }, alternativeNames: { dns: ['*.test'] } }],
    [
      'a kind of the prototype',
      { subject: { CN: ['*'] }, alternativeNames: { constructor: ['*'] } },
    ],
    ['an attribute that is in no table', { subject: { CN: ['*'], nonsense: ['*'] }, ...dns }],
    ['a CN that is not one of the names, where they alone are limited', dns],
  ])('refuse %s', (_, constraints) => {
    expect(check(constraints)).toBe('ChallengeConstraint');
  });

  it('let a CN pass that is one of the names, where names alone are limited', () => {
    const subject = [{ attribute: 'CN', value: 'Printer-7.example.com' }] as const;
    expect(check(dns, { ...printer, subject })).toBeUndefined();
    expect(check(dns, { alternativeNames: [], subject })).toBeUndefined();
  });

  it.each(['emailAddress', 'UID', 'serialNumber', 'unstructuredName', '1.3.6.1.4.1.99.1'] as const)(
    'refuse %s, which names the holder, unless it is limited too',
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

  it('compare host names without case and addresses by value', () => {
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

  it('let a request without alternative names pass, however they are limited', () => {
    const names = { ...printer, alternativeNames: [] };
    const constraints = { subject: { CN: ['*'] }, alternativeNames: { dns: ['none.example.com'] } };
    expect(check(constraints, names)).toBeUndefined();
  });
});

describe('a request off its challenge’s constraints', () => {
  const asked = async (commonName: string, maxUses?: number) => {
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
    'is refused before anything is asked of the CA (%s uses)',
    async (uses) => {
      const { outcome, ca, started } = await asked('laptop-1', uses);
      expect(outcome).toMatchObject({ status: 'refused', code: 'ChallengeConstraint' });
      expect(ca.orders).toEqual([]);
      expect(started).toEqual([]);
    },
  );

  it('takes no use: the right device still gets its certificate', async () => {
    const { challenge, send, ra } = await asked('laptop-1', 1);
    const right = pkcsReq({ ra, challenge, csr: { subject: name(cn('printer-1')) } });
    expect((await send(right.message)).outcome.status).toBe('issued');
  });

  it('is told from one on them', async () => {
    expect((await asked('printer-1', 1)).outcome.status).toBe('issued');
  });
});
