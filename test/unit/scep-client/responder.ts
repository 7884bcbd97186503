import { certRep } from '../../support/kit/cert-rep.ts';
import { children } from '../../support/kit/elements.ts';
import { type ReadRequest, readRequest } from '../../support/kit/read-request.ts';
import { certificateBag } from '../../support/kit/signed-data.ts';
import { issuedBy, type TestRa } from '../../support/kit/test-ra.ts';

/** The responder's reaction to one PKIOperation. */
export type Turn =
  | { readonly do: 'issue' }
  | { readonly do: 'pend' }
  | { readonly do: 'refuse'; readonly failInfo: string; readonly failInfoText?: string }
  | { readonly do: 'http'; readonly status: number; readonly retryAfter?: string }
  | { readonly do: 'break' };

/** A minimal SCEP server, and the requests that it received. */
export interface Responder {
  readonly fetch: typeof fetch;
  readonly requests: ReadRequest[];
  readonly methods: string[];
}

const modernCapabilities = 'AES\nPOSTPKIOperation\nSHA-256\nSCEPStandard\n';

/**
 * Creates a server that answers each PKIOperation with the next turn, and repeats the last one. It
 * uses the test kit only, so that it is independent of the client under test.
 */
export function responder(
  ra: TestRa,
  turns: readonly Turn[],
  {
    capabilities = modernCapabilities,
    bag = [ra.raCertificate, ra.caCertificate],
    /** The encoding of answers, which is DER by default. */
    encode = (der: Uint8Array) => der,
  } = {},
): Responder {
  const requests: ReadRequest[] = [];
  const methods: string[] = [];
  const answer = async (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const operation = url.searchParams.get('operation');
    if (operation === 'GetCACaps') return reply(capabilities, 'text/plain');
    if (operation === 'GetCACert') {
      return reply(encode(certificateBag(...bag)), 'application/x-x509-ca-ra-cert');
    }
    methods.push(init?.method ?? 'GET');
    const turn = turns[Math.min(methods.length, turns.length) - 1] ?? { do: 'issue' };
    if (turn.do === 'break') throw new TypeError('fetch failed');
    if (turn.do === 'http') return outage(turn);
    const message = await messageOf(url, init);
    const request = readRequest(message, ra.raKey);
    requests.push(request);
    return reply(encode(answerTo(request, turn, ra)), 'application/x-pki-message');
  };
  return { fetch: answer, requests, methods };
}

function answerTo(request: ReadRequest, turn: Turn, ra: TestRa): Uint8Array {
  if (turn.do === 'refuse') {
    const { failInfo, failInfoText } = turn;
    return certRep({ ra, request, failInfo, failInfoText });
  }
  if (turn.do === 'pend') return certRep({ ra, request });
  return certRep({ ra, request, certificates: [certify(request, ra)] });
}

/** Issues a certificate for the key of the signer, which is the key of the CSR. */
function certify({ signerCertificate }: ReadRequest, ra: TestRa): Uint8Array {
  const fields = children(children(signerCertificate)[0] ?? signerCertificate);
  const [subject, spki] = [fields[5], fields[6]];
  if (!subject || !spki) throw new Error('The signer certificate is not of version 3.');
  return issuedBy(ra, { subject, spki });
}

async function messageOf(url: URL, init: RequestInit | undefined): Promise<Uint8Array> {
  const inUrl = url.searchParams.get('message');
  if (inUrl !== null) return new Uint8Array(Buffer.from(inUrl, 'base64'));
  return new Uint8Array(await new Response(init?.body ?? null).arrayBuffer());
}

function outage({ status, retryAfter }: Extract<Turn, { do: 'http' }>): Response {
  return new Response('', { status, headers: retryAfter ? { 'retry-after': retryAfter } : {} });
}

function reply(body: string | Uint8Array, type: string): Response {
  return new Response(Buffer.from(body), { headers: { 'content-type': type } });
}
