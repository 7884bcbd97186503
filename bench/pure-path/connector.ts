/**
 * A connector whose CA costs nothing. Every enrolment is settled as soon as it starts, with a
 * certificate made ahead.
 */

import type { Attempt } from '../../lambda/core/attempt.ts';
import type { CertifyContext } from '../../lambda/issuance/context.ts';
import { sealCertificate } from '../../lambda/policy/sealed-certificate.ts';
import type { IssuedState } from '../../lambda/ports/enrolments.ts';
import { answerPkiMessage } from '../../lambda/scep/answer-pki-message.ts';
import type { BenchAuthority } from '../connector/authority.ts';
import { connectorId, createBenchChallenge, createConnector } from '../connector/connector.ts';

/** Creates a connector and its one operation, which throws unless the outcome is SUCCESS. */
export async function createInstantConnector(authority: BenchAuthority) {
  const certificate = new Uint8Array(authority.raCertificate);
  const { scep, store } = createConnector(authority, (context) => ({
    start: async (attempt) => {
      const state = buildIssuedState(attempt, certificate, context);
      const nowMilliseconds = context.clock.nowMilliseconds();
      await context.attempts.settle({ ...attempt, state, basis: 'unknown', nowMilliseconds });
    },
  }));
  await createBenchChallenge(store.challenges);
  return {
    raKey: scep.identities[0].privateKey,
    enrol: async (message: Uint8Array): Promise<void> => {
      const { outcome } = await answerPkiMessage(message, scep);
      if (outcome.status !== 'issued') throw new Error(`not issued: ${JSON.stringify(outcome)}`);
    },
  };
}

function buildIssuedState(
  attempt: Attempt,
  certificate: Uint8Array,
  { keys, random, clock }: CertifyContext,
): IssuedState {
  const notBeforeSeconds = clock.nowSeconds();
  return {
    status: 'issued',
    certificateArn:
      'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/bench/certificate/1',
    serialHex: '1'.repeat(32),
    sealedCertificate: sealCertificate(connectorId, attempt, certificate, keys, random),
    notBeforeSeconds,
    notAfterSeconds: notBeforeSeconds + 7 * 86_400,
  };
}
