/**
 * One request from event to response: the operation's answer, and the one line of log it leaves.
 */
import type { APIGatewayProxyStructuredResultV2 as Response } from 'aws-lambda';
import type { ConnectorSettings } from '../config/settings.ts';
import { describeForLog, failInfoOf, HttpFault } from '../core/errors.ts';
import { buildCaCertificates, buildCapabilities } from '../message/ca-answers.ts';
import { answerPkiMessage } from '../scep/answer-pki-message.ts';
import type { ScepContext } from '../scep/context.ts';
import { type HttpEvent, readScepRequest, type ScepRequest } from './request.ts';
import {
  toCaCertificatesResponse,
  toCapabilitiesResponse,
  toCertRepResponse,
  toDescriptionResponse,
  toFaultResponse,
  toOutageResponse,
} from './response.ts';

/**
 * The settings, and a way to load everything else: GetCACaps works while every dependency is down.
 */
export interface AnswerContext {
  readonly settings: ConnectorSettings;
  readonly connect: () => Promise<ScepContext>;
  /**
   * Takes the fields of one log line; none of them holds a secret, and texts of the device are
   * escaped by JSON.
   */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Answers a device; never throws. */
export async function answer(event: HttpEvent, context: AnswerContext): Promise<Response> {
  let operation: ScepRequest['operation'] | undefined;
  try {
    const request = readScepRequest(event, context.settings.proxiesInFront);
    operation = request.operation;
    return await answers[operation](request, context);
  } catch (error) {
    if (error instanceof HttpFault) {
      context.log({ operation, outcome: 'fault', code: error.code });
      return toFaultResponse(error.code);
    }
    context.log({ operation, outcome: 'outage', ...describeForLog(error) });
    return toOutageResponse();
  }
}

/** Stands in for a missing message; only PKIOperation reads it. */
const noMessage = { message: new Uint8Array(), source: undefined };

const answers: Readonly<
  Record<
    ScepRequest['operation'],
    (request: ScepRequest, context: AnswerContext) => Promise<Response>
  >
> = {
  none: async (_, { log }) => {
    log({ operation: 'none', outcome: 'answered' });
    return toDescriptionResponse();
  },
  GetCACaps: async (_, { settings, log }) => {
    log({ operation: 'GetCACaps', outcome: 'answered' });
    return toCapabilitiesResponse(buildCapabilities(settings.quirks));
  },
  GetCACert: async (_, { settings, connect, log }) => {
    const { identities, clock } = await connect();
    // Alarms and the dashboard use them (lib/cloud/alarms.ts, connector-metrics.ts).
    const daysLeft = (seconds: number): number =>
      Math.floor((seconds - clock.nowSeconds()) / 86_400);
    const raDaysLeft = daysLeft(identities[0].notAfterSeconds);
    const caDaysLeft = daysLeft(identities[0].caNotAfterSeconds);
    log({ operation: 'GetCACert', outcome: 'answered', raDaysLeft, caDaysLeft });
    return toCaCertificatesResponse(buildCaCertificates(identities[0], settings.quirks));
  },
  PKIOperation: async (request, { connect, log }) => {
    const { message, source } = 'message' in request ? request : noMessage;
    const connector = await connect();
    const { certRep, outcome, ...known } = await answerPkiMessage(message, connector, source);
    const code =
      outcome.status === 'refused'
        ? { code: outcome.code, failInfo: failInfoOf(outcome.code), refused: outcome.refused }
        : {};
    log({ operation: 'PKIOperation', outcome: outcome.status, ...code, ...known });
    return toCertRepResponse(certRep);
  },
};
