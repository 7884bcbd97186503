/** Names of a message, from the request to the order for the CA. */
import { describe, expect, it } from 'vitest';
import { type CsrOptions, csrAttribute } from '../../support/kit/csr.ts';
import { asnNull, oid, sequence, setAsGiven, tlv } from '../../support/kit/der.ts';
import { extension, generalName, subjectAltName } from '../../support/kit/extensions.ts';
import { cn, name } from '../../support/kit/names.ts';
import { exchange } from '../http/exchange.ts';
import type { ServiceOptions } from '../http/service.ts';

/** The profile of bin/scep-connector.ts. */
const sample = { alternativeNames: { dns: ['*.example.com'], email: ['*@example.com'] } };

const enrolled = async (csr: CsrOptions, options: ServiceOptions = { profile: sample }) =>
  await exchange({ csr }, options);

const zurich = sequence(
  setAsGiven(sequence(oid('2.5.4.3'), tlv(0x13, Buffer.from('5ac3bc72696368', 'hex')))),
);

describe('a request', () => {
  it('with a CN in a UniversalString is issued', async () => {
    const { verdict, ca } = await enrolled({ subject: name(cn('プリンタ', 'universal')) });
    expect(verdict).toBe('SUCCESS');
    expect(ca.orders[0]?.passthrough.Subject).toEqual({ CommonName: 'プリンタ' });
  });

  it('with a CN in UTF-8 in a PrintableString is refused', async () => {
    const { verdict } = await enrolled({ subject: zurich });
    expect(verdict).toBe('FAILURE badRequest SubjectRefused');
  });

  it('with such a CN is issued if the connector declares utf8InPrintableString', async () => {
    const quirks = { utf8InPrintableString: true };
    const { verdict, ca } = await enrolled({ subject: zurich }, { quirks });
    expect(verdict).toBe('SUCCESS');
    expect(ca.orders[0]?.passthrough.Subject).toEqual({ CommonName: 'Zürich' });
  });

  it('with an alternative name in Microsoft’s attribute is issued with this name', async () => {
    const names = subjectAltName([generalName.dns('HOST7.EXAMPLE.COM')]);
    const attributes = [csrAttribute('1.3.6.1.4.1.311.2.1.14', sequence(names))];
    const { verdict, ca } = await enrolled({ attributes });
    expect(verdict).toBe('SUCCESS');
    expect(ca.orders[0]?.passthrough.Extensions).toMatchObject({
      SubjectAlternativeNames: [{ DnsName: 'HOST7.EXAMPLE.COM' }],
    });
  });

  it('with an alternative name is refused if the challenge limits the subject only', async () => {
    const terms = { constraints: { subject: { CN: ['printer-*'] } } };
    const subject = name(cn('printer-1'));
    const extensions = [subjectAltName([generalName.email('ceo@example.com')])];
    const { verdict, ca } = await exchange(
      { terms, csr: { subject, extensions } },
      { profile: sample },
    );
    expect(verdict).toBe('FAILURE badRequest ChallengeConstraint');
    expect(ca.orders).toEqual([]);
    expect((await exchange({ terms, csr: { subject } }, { profile: sample })).verdict).toBe(
      'SUCCESS',
    );
  });

  it('with a domain component beyond ASCII is refused before any call to the CA', async () => {
    const subject = name({ type: 'DC', value: 'münchen' }, cn('x'));
    const { verdict, ca } = await enrolled({ subject });
    expect(verdict).toBe('FAILURE badRequest SubjectRefused');
    expect(ca.orders).toEqual([]);
  });

  it('has the number of its left out extensions in its log line', async () => {
    const extensions = ['1.3.6.1.4.1.311.20.2', '1.3.6.1.4.1.311.21.10'].map((id) =>
      extension(id, false, asnNull()),
    );
    const { verdict, lastLine } = await enrolled({ extensions });
    expect(verdict).toBe('SUCCESS');
    expect(lastLine()).toMatchObject({ extensionsLeftOut: 2 });
  });
});
