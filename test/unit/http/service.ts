/** A connector in memory behind its HTTP interface, with the log lines that it writes. */
import { failInfos } from '../../../lambda/core/errors.ts';
import { answer } from '../../../lambda/http/answer.ts';
import type { HttpEvent } from '../../../lambda/http/request.ts';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { type TestConnectorOptions, testConnector } from '../../support/fakes/test-connector.ts';
import { certRepFieldsOf } from './cert-rep-fields.ts';
import { post } from './events.ts';

/** A decoded response. */
export interface DeviceResponse {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The options of a test's connector, and the parts of it that a test replaces. */
export type ServiceOptions = TestConnectorOptions & { readonly parts?: Partial<ScepContext> };

/** Creates one. `lines` holds the log lines as JSON text. */
export function service(options: ServiceOptions = {}) {
  const inner = testConnector(options);
  const connector: ScepContext = { ...inner.connector, ...options.parts };
  const lines: string[] = [];
  const context = {
    settings: connector.settings,
    connect: async () => connector,
    log: (fields: Readonly<Record<string, unknown>>) => {
      lines.push(JSON.stringify(fields));
    },
  };
  const ask = async (event: HttpEvent): Promise<DeviceResponse> => {
    const {
      statusCode = 0,
      headers = {},
      body = '',
      isBase64Encoded,
    } = await answer(event, context);
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    return { status: statusCode, contentType: String(headers['content-type']), bytes };
  };
  const lastLine = (): Readonly<Record<string, unknown>> => JSON.parse(lines.at(-1) ?? '{}');
  /** Posts a message; returns its verdict in the form of `verdictOf`. */
  const tell = async (message: Uint8Array): Promise<string> =>
    verdictOf(await ask(post(message)), lastLine());
  return { ...inner, connector, lines, lastLine, ask, tell };
}

/**
 * A response in short: `SUCCESS`, `PENDING`, `FAILURE badRequest ChallengeUsed`, `400
 * NotAPkiMessage`.
 */
export function verdictOf(
  { status, bytes }: DeviceResponse,
  line: Readonly<Record<string, unknown>>,
): string {
  if (status !== 200) return `${status} ${line.code}`;
  const { pkiStatus, failInfo } = certRepFieldsOf(bytes);
  if (pkiStatus === '0') return 'SUCCESS';
  if (pkiStatus === '3') return 'PENDING';
  const name = Object.entries(failInfos).find(([, digit]) => digit === failInfo)?.[0];
  return `FAILURE ${name} ${line.code}`;
}
