import { describe, expect, it } from 'vitest';
import { parseSubject } from '../../../lib/scep-client/subject.ts';

const read = (text: string) =>
  parseSubject(text).typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]);

describe('a subject', () => {
  it('keeps the order of its RDNs', () => {
    expect(read('CN=printer 7, O=Example,C=DE')).toEqual([
      ['2.5.4.3', 'printer 7'],
      ['2.5.4.10', 'Example'],
      ['2.5.4.6', 'DE'],
    ]);
  });

  it('can have a type in any case', () => {
    expect(read('cn=a,emailAddress=a@b.example')).toEqual([
      ['2.5.4.3', 'a'],
      ['1.2.840.113549.1.9.1', 'a@b.example'],
    ]);
  });

  it('can have an OID as type, and the attributes of network devices', () => {
    expect(read('1.3.6.1.4.1.99.1=a,unstructuredName=r1.example.com,E=a@b.example')).toEqual([
      ['1.3.6.1.4.1.99.1', 'a'],
      ['1.2.840.113549.1.9.2', 'r1.example.com'],
      ['1.2.840.113549.1.9.1', 'a@b.example'],
    ]);
  });

  it('has each attribute in the string type of its standard', () => {
    const types = parseSubject('CN=a,C=DE,serialNumber=1,DC=com,E=a@b.example').typesAndValues.map(
      ({ value }) => value.idBlock.tagNumber,
    );
    expect(types).toEqual([12, 19, 19, 22, 22]);
  });

  it.each([
    ['CN=Example\\, Inc.', 'Example, Inc.'],
    ['CN=a\\+b', 'a+b'],
    ['CN=a\\\\b', 'a\\b'],
    ['CN=Z\\C3\\BCrich', 'Zürich'],
    ['CN=a=b', 'a=b'],
    ['CN=日本', '日本'],
  ])('can be %s', (text, value) => {
    expect(read(text)).toEqual([['2.5.4.3', value]]);
  });

  it.each([
    ['', 'TYPE=value'],
    ['device', 'TYPE=value'],
    ['=device', 'TYPE=value'],
    ['CN=a,', 'TYPE=value'],
    ['CN=', 'empty'],
    ['XX=a', 'not one of'],
    ['constructor=a', 'not one of'],
    ['CN=a+OU=b', 'multi-valued'],
  ])('cannot be “%s”', (text, why) => {
    expect(() => parseSubject(text)).toThrow(
      expect.objectContaining({ code: 'badArgument', message: expect.stringContaining(why) }),
    );
  });
});
