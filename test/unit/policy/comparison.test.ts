import { describe, expect, it } from 'vitest';
import type { AlternativeNameKind } from '../../../lambda/names/alternative-name-kinds.ts';
import { matchesAlternativeName, toAlternativeNameKey } from '../../../lambda/policy/comparison.ts';

describe('an alternative name', () => {
  it.each<[AlternativeNameKind, string, string]>([
    ['dns', 'HOST7.EXAMPLE.COM', '*.example.com'],
    ['dns', 'host7.example.com', '*.EXAMPLE.com'],
    ['email', 'Jo@EXAMPLE.com', 'Jo@example.com'],
    ['email', 'Jo@example.com', '*@Example.COM'],
    ['email', 'Jo@host.example.com', '*.Example.com'],
    ['email', 'Jo@host.example.com', 'Jo*EXAMPLE.com'],
    ['upn', 'Müller@CORP.example', 'Müller@corp.example'],
    ['ip', '2001:db8:0:0:0:0:0:7', '2001:db8::7'],
    ['ip', '2001:db8:0:0:0:0:0:7', '2001:0DB8:0::0007'],
    ['ip', '0:0:0:0:0:ffff:c000:207', '::ffff:192.0.2.7'],
    ['ip', '2001:db8:0:0:0:0:0:7', '2001:0db8:*'],
    ['ip', '0:0:0:0:0:0:0:0', '::'],
    ['ip', '0:0:0:0:0:0:0:1', '::1'],
    ['ip', '192.0.2.7', '192.0.2.*'],
    ['ip', '10.0.0.1', '10.0.0.1'],
    ['uri', 'urn:a', 'urn:*'],
  ])('%s %s matches %s', (kind, value, pattern) => {
    expect(matchesAlternativeName(kind, value, [pattern])).toBe(true);
  });

  it.each<[AlternativeNameKind, string, string]>([
    ['dns', 'host7.example.org', '*.example.com'],
    ['dns', '\u212a.example', 'k.example'],
    ['email', 'jo@example.com', 'Jo@example.com'],
    ['email', 'jo@example.com', 'JO*@example.com'],
    ['upn', 'user@\u212aorp.example', 'user@korp.example'],
    ['ip', '2001:db8:0:0:0:0:0:8', '2001:db8::7'],
    ['ip', '192.0.2.7', '::ffff:192.0.2.7'],
    ['ip', '192.0.2.70', '192.0.2.7'],
    ['uri', 'URN:a', 'urn:a'],
  ])('%s %s does not match %s', (kind, value, pattern) => {
    expect(matchesAlternativeName(kind, value, [pattern])).toBe(false);
  });

  it('has the same key in another spelling, and other names have other keys', () => {
    expect(toAlternativeNameKey('dns', 'A.example')).toBe(toAlternativeNameKey('dns', 'a.EXAMPLE'));
    expect(toAlternativeNameKey('ip', '2001:db8::7')).toBe(
      toAlternativeNameKey('ip', '2001:DB8:0:0::7'),
    );
    expect(toAlternativeNameKey('email', 'A@b.example')).not.toBe(
      toAlternativeNameKey('email', 'a@b.example'),
    );
  });
});
