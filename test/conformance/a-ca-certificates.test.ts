import { describe, expect, it } from 'vitest';
import { buildRaApiPassthrough } from '../../lambda/ra/ra-api-passthrough.ts';
import { identityFrom } from '../support/fakes/test-connector.ts';
import { oid } from '../support/kit/der.ts';
import { children } from '../support/kit/elements.ts';
import { oids } from '../support/kit/oids.ts';
import { readReply } from '../support/kit/reply.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { contentInfoContent, hex, required } from '../unit/http/cert-rep-fields.ts';
import { get } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { type ServiceOptions, service } from '../unit/http/service.ts';

const readAnswer = async (options: ServiceOptions = {}, query = 'operation=GetCACert') => {
  const { bytes } = await service(options).ask(get(query));
  const [, digests, content, certificates, signers] = children(contentInfoContent(bytes));
  return { digests, content, certificates: children(required(certificates)).map(hex), signers };
};

const ra = testRa();

describe('A: GetCACert', () => {
  it('A-1 requires no message', async () => {
    expect((await service().ask(get('operation=GetCACert'))).status).toBe(200);
  });

  it('A-2 never sends a single certificate, because there is always an RA', async () => {
    const { contentType } = await service().ask(get('operation=GetCACert'));
    expect(contentType).not.toBe('application/x-x509-ca-cert');
  });

  it('A-3 sends a degenerate SignedData, the RA certificate first', async () => {
    const { contentType } = await service().ask(get('operation=GetCACert'));
    const { certificates } = await readAnswer({ ra });
    expect(contentType).toBe('application/x-x509-ca-ra-cert');
    expect(certificates[0]).toBe(hex(ra.raCertificate));
  });

  it('A-4 sends every CA up to the root if the quirk is on', async () => {
    const root = testRa('root').caCertificate;
    const identity = { ...identityFrom(ra), chain: [ra.caCertificate, root] };
    const parts = { identities: [identity] as const };
    const full = await readAnswer({ ra, parts, quirks: { caChain: 'full' } });
    const short = await readAnswer({ ra, parts });
    expect(full.certificates).toEqual([ra.raCertificate, ra.caCertificate, root].map(hex));
    expect(short.certificates).toEqual([ra.raCertificate, ra.caCertificate].map(hex));
  });

  it('A-5 sends the RA certificate and the CA that issued it', async () => {
    const { certificates } = await readAnswer({ ra });
    expect(certificates).toEqual([ra.raCertificate, ra.caCertificate].map(hex));
  });

  it('A-6 has neither content nor signers nor digests', async () => {
    const { content, digests, signers } = await readAnswer();
    expect(children(required(content)).map(hex)).toEqual([hex(oid(oids.data))]);
    expect([digests, signers].map((set) => children(required(set)))).toEqual([[], []]);
  });

  it('A-7 requests an RA certificate for signatures and encryption only', () => {
    expect(buildRaApiPassthrough('test').Extensions).toEqual({
      KeyUsage: { DigitalSignature: true, KeyEncipherment: true },
    });
  });

  it('A-9 opens requests to the previous RA, and signs their replies with it', async () => {
    const previousRa = testRa('previous');
    const { response, request } = await exchange({ ra: previousRa }, { ra, previousRa });
    expect(readReply(response.bytes, request, previousRa)).toMatchObject({ status: 'SUCCESS' });
    expect(() => readReply(response.bytes, request, ra)).toThrow();
  });

  it('A-9 sends the current RA', async () => {
    const { certificates } = await readAnswer({ ra, previousRa: testRa('previous') });
    expect(certificates[0]).toBe(hex(ra.raCertificate));
  });

  it('A-9 does not open requests to an older RA', async () => {
    const { verdict } = await exchange({ ra: testRa('before') }, { ra });
    expect(verdict).toBe('FAILURE badRequest RecipientUnknown');
  });

  it('A-10 enrols a client that never called GetCACert', async () => {
    const { verdict, lines } = await exchange();
    expect([verdict, lines.length]).toEqual(['SUCCESS', 1]);
  });
});
