import { describe, expect, it } from 'vitest';
import { maskClientAddress, readClientAddress } from '../../../lambda/http/client-address.ts';

describe('the masked address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['', 'unknown'],
    ['192.0.2.1, 198.51.100.1', 'unknown'],
    ['1:2:3', 'unknown'],
  ])('of "%s" is "%s"', (address, masked) => {
    expect(maskClientAddress(address)).toBe(masked);
  });
});

describe('the address of a client', () => {
  const buildEvent = (forwarded?: string) => ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    requestContext: { http: { sourceIp: '130.176.0.1' } },
  });

  it.each([
    [0, '203.0.113.7, 130.176.0.1', '130.176.0.1'],
    [1, '203.0.113.7, 130.176.0.1', '203.0.113.7'],
    [1, '10.9.8.7, spoofed, 203.0.113.7, 130.176.0.1', '203.0.113.7'],
    [2, '203.0.113.7, 192.0.2.1,130.176.0.1', '203.0.113.7'],
    [1, undefined, '130.176.0.1'],
    [2, '130.176.0.1', '130.176.0.1'],
  ])('behind %i proxies, with X-Forwarded-For "%s", is %s', (proxies, forwarded, address) => {
    expect(readClientAddress(buildEvent(forwarded), proxies)).toBe(address);
  });
});
