/**
 * A connector, a device with the password of one challenge, and what a test replaces between them.
 */
import { answerPkiMessage } from '../../../lambda/scep/answer-pki-message.ts';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { type TestConnectorOptions, testConnector } from '../../support/fakes/test-connector.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';

/** Makes one; `maxUses` of its challenge is 1 unless `terms` say otherwise. */
export async function device(options: TestConnectorOptions = {}, terms = { maxUses: 1 }) {
  const made = testConnector(options);
  const { connector, tables, ra } = made;
  const password = await made.challenge(terms);
  const request = pkcsReq({ ra, challenge: password });
  const sendWith = (changes: Partial<ScepContext>, message = request.message) =>
    answerPkiMessage(message, { ...connector, ...changes });
  const outcome = async (message = request.message) => (await made.send(message)).outcome;
  const rows = () => [...tables.rows.values()].map(({ row }) => row);
  return {
    ...made,
    password,
    request,
    sendWith,
    outcome,
    rows,
    /** The same password in a request with another key. */
    withNewKey: (label: string) => pkcsReq({ ra, challenge: password, key: rsaKey(2048, label) }),
    poll: () => certPoll({ ra, request }).message,
    /** The store with some calls of a test's own. */
    replacing: (changes: Partial<ScepContext['enrolments']>) => ({
      enrolments: { ...connector.enrolments, ...changes },
    }),
    usesLeft: () => [...tables.challenges.values()][0]?.usesLeft,
    /** The challenge is revoked, expired or refilled. */
    changeChallenge: (change: { usesLeft?: number; revokedAtSeconds?: number }) => {
      for (const [id, challenge] of tables.challenges)
        tables.challenges.set(id, { ...challenge, ...change });
    },
    /** How long a call takes on the connector's clock, in milliseconds. */
    timed: async (call: () => Promise<unknown>) => {
      const began = connector.clock.nowMilliseconds();
      await call();
      return connector.clock.nowMilliseconds() - began;
    },
  };
}
