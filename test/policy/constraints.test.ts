import { describe, expect, it } from 'vitest';
import {
  type ChallengeConstraints,
  checkConstraints,
  type Names,
} from '../../lambda/policy/constraints.ts';
import { testConnector } from '../fakes/test-connector.ts';
import { cn, name } from '../kit/names.ts';
import { pkcsReq } from '../kit/pkcs-req.ts';
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
  it.each<[string, ChallengeConstraints]>([
    ['nothing', {}],
    ['an exact value', { subject: { CN: ['printer-7'] } }],
    ['a pattern', { subject: { CN: ['laptop-*', 'printer-*'] } }],
    ['every value of a repeated attribute', { subject: { OU: ['Floor *', 'West'] } }],
    ['a DNS name', { alternativeNames: { dns: ['*.example.com'] } }],
  ])('let %s pass', (_, constraints) => {
    expect(check(constraints)).toBeUndefined();
  });

  it.each<[string, ChallengeConstraints]>([
    ['another value', { subject: { CN: ['printer-8'] } }],
    ['a value that only begins so', { subject: { CN: ['printer'] } }],
    ['a value in other letters', { subject: { CN: ['PRINTER-7'] } }],
    ['an attribute that is not there', { subject: { O: ['*'] } }],
    ['one bad value of two', { subject: { OU: ['Floor *'] } }],
    ['no pattern at all', { subject: { CN: [] } }],
    ['any name where none is named', { alternativeNames: {} }],
    ['a kind that is not named', { alternativeNames: { email: ['*'] } }],
    ['a name off the pattern', { alternativeNames: { dns: ['*.example.org'] } }],
    ['a kind of the prototype', { alternativeNames: { constructor: ['*'] } }],
    ['an attribute that nobody knows', { subject: { nonsense: ['*'] } }],
  ])('refuse %s', (_, constraints) => {
    expect(check(constraints)).toBe('ChallengeConstraint');
  });

  it('let a request without alternative names pass, however they are limited', () => {
    const names = { ...printer, alternativeNames: [] };
    expect(check({ alternativeNames: { dns: ['none.example.com'] } }, names)).toBeUndefined();
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
      expect(outcome).toEqual({ status: 'refused', code: 'ChallengeConstraint' });
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
