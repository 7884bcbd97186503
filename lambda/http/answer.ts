/** From an HTTP API event to its response, with one log line for each request. */
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

/** The dependencies of `answer`. */
export interface AnswerContext {
  readonly settings: ConnectorSettings;
  /** Loads everything else. GetCACaps does not call it, so it works while a dependency is down. */
  readonly connect: () => Promise<ScepContext>;
  /**
   * Takes the fields of one log line. None of them is secret, and JSON escapes the texts that a
   * device sent.
   */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Answers a device. Never throws: an unknown error is an outage (503). */
export async function answer(event: HttpEvent, context: AnswerContext): Promise<Response> {
  let operation: ScepRequest['operation'] | undefined;
  try {
    const request = readScepRequest(event, context.settings.proxiesInFront);
    operation = request.operation;
    return await answerRequest(request, context);
  } catch (error) {
    if (error instanceof HttpFault) {
      context.log({ operation, outcome: 'fault', code: error.code });
      return toFaultResponse(error.code);
    }
    context.log({ operation, outcome: 'outage', ...describeForLog(error) });
    return toOutageResponse();
  }
}

async function answerRequest(request: ScepRequest, context: AnswerContext): Promise<Response> {
  switch (request.operation) {
    case 'none':
      context.log({ operation: 'none', outcome: 'answered' });
      return toDescriptionResponse();
    case 'GetCACaps':
      context.log({ operation: 'GetCACaps', outcome: 'answered' });
      return toCapabilitiesResponse(buildCapabilities(context.settings.quirks));
    case 'GetCACert':
      return await answerCaCertificates(context);
    case 'PKIOperation':
      return await answerMessage(request, context);
  }
}

/** Logs the days that both certificates have left, for alarms and the dashboard (lib/cloud). */
async function answerCaCertificates({ settings, connect, log }: AnswerContext): Promise<Response> {
  const { identities, clock } = await connect();
  const [current] = identities;
  const countDays = (seconds: number): number =>
    Math.floor((seconds - clock.nowSeconds()) / 86_400);
  const raDaysLeft = countDays(current.notAfterSeconds);
  const caDaysLeft = countDays(current.caNotAfterSeconds);
  log({ operation: 'GetCACert', outcome: 'answered', raDaysLeft, caDaysLeft });
  return toCaCertificatesResponse(buildCaCertificates(current, settings.quirks));
}

async function answerMessage(
  { message, clientAddress }: Extract<ScepRequest, { operation: 'PKIOperation' }>,
  { connect, log }: AnswerContext,
): Promise<Response> {
  const connector = await connect();
  const { certRep, outcome, ...facts } = await answerPkiMessage(message, connector, clientAddress);
  const refusal =
    outcome.status === 'refused'
      ? { code: outcome.code, failInfo: failInfoOf(outcome.code), refused: outcome.refused }
      : {};
  log({ operation: 'PKIOperation', outcome: outcome.status, ...refusal, ...facts });
  return toCertRepResponse(certRep);
}
