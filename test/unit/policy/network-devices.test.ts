/** Names of network devices, from a CSR to the order for the CA (docs/mdm/network-devices.md). */
import { describe, expect, it } from 'vitest';
import { cn, type NameAttribute, name, type Rdn } from '../../support/kit/names.ts';
import { exchange } from '../http/exchange.ts';
import type { ServiceOptions } from '../http/service.ts';

const host = 'r1.routers.example.com';
const fqdn: NameAttribute = { type: '1.2.840.113549.1.9.2', value: host, as: 'ia5' };
const address: NameAttribute = {
  type: '1.2.840.113549.1.9.8',
  value: '192.0.2.7',
  as: 'printable',
};
const serialNumber: NameAttribute = { type: 'serialNumber', value: 'FTX1234A0BC', as: 'printable' };
const email: NameAttribute = { type: 'E', value: 'it@example.com', as: 'ia5' };

/** Enrols with this subject, and returns the subject in the order for the CA. */
async function enrolled(rdns: readonly Rdn[], options: ServiceOptions = {}) {
  const { verdict, ca } = await exchange({ csr: { subject: name(...rdns) } }, options);
  const subject = ca.orders[0]?.passthrough.Subject as {
    readonly CustomAttributes?: readonly { ObjectIdentifier: string; Value: string }[];
  };
  const custom = subject?.CustomAttributes?.map(
    ({ ObjectIdentifier, Value }) => `${ObjectIdentifier}=${Value}`,
  );
  return { verdict, custom, subject };
}

describe('a router with Cisco IOS', () => {
  it('is issued its CN and its unstructuredName', async () => {
    const { verdict, custom } = await enrolled([cn(host), fqdn]);
    expect(verdict).toBe('SUCCESS');
    expect(custom).toEqual([`2.5.4.3=${host}`, `1.2.840.113549.1.9.2=${host}`]);
  });

  it('is issued attributes of one RDN in an RDN each, in the same order', async () => {
    const { verdict, custom } = await enrolled([cn(host), [serialNumber, address, fqdn]]);
    expect(verdict).toBe('SUCCESS');
    expect(custom).toEqual([
      `2.5.4.3=${host}`,
      '2.5.4.5=FTX1234A0BC',
      '1.2.840.113549.1.9.8=192.0.2.7',
      `1.2.840.113549.1.9.2=${host}`,
    ]);
  });

  it('is issued its unstructuredName alone if no subject-name is configured', async () => {
    expect(await enrolled([fqdn])).toMatchObject({
      verdict: 'SUCCESS',
      custom: [`1.2.840.113549.1.9.2=${host}`],
    });
  });

  it('is refused with an unstructuredName that the profile does not list', async () => {
    const profile = { subject: { CN: ['*'] } };
    expect((await enrolled([cn(host), fqdn], { profile })).verdict).toBe(
      'FAILURE badRequest SubjectRefused',
    );
  });
});

describe('a firewall', () => {
  it('is issued the e-mail address in its subject', async () => {
    const { verdict, custom } = await enrolled([cn('fw-1'), email]);
    expect(verdict).toBe('SUCCESS');
    expect(custom).toContain('1.2.840.113549.1.9.1=it@example.com');
  });

  it('is issued through the standard members if no attribute is a custom one', async () => {
    const { subject } = await enrolled([cn('fw-1'), serialNumber]);
    expect(subject).toEqual({ CommonName: 'fw-1', SerialNumber: 'FTX1234A0BC' });
  });
});
