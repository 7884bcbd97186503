/**
 * One request of the kit, sent to a new connector. It is valid by default, or wrong in exactly one
 * chosen way.
 */
import type { ChallengeTerms } from '../../../lambda/admin/administration.ts';
import { cn, name } from '../../support/kit/names.ts';
import { type PkcsReqOptions, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { readReply } from '../../support/kit/reply.ts';
import { post } from './events.ts';
import { type ServiceOptions, service, verdictOf } from './service.ts';

/** The options of the request, and the terms of its challenge. */
export type ExchangeOptions = Partial<PkcsReqOptions> & {
  readonly terms?: ChallengeTerms;
};

/** Creates a connector with a one-time challenge, and posts one PKCSReq to it. */
export async function exchange(message: ExchangeOptions = {}, options: ServiceOptions = {}) {
  const connector = service(options);
  const { ra, ca, ask, tell, lastLine } = connector;
  const challenge = await connector.challenge(message.terms ?? { maxUses: 1 });
  const request = pkcsReq({ ra, challenge, ...message });
  const response = await ask(post(request.message));
  const verdict = verdictOf(response, lastLine());
  /** Reads the reply with our own client, which throws for anything that RFC 8894 forbids. */
  const reply = () => readReply(response.bytes, request, ra, true);
  /** Whether the CA got no order so far, and the challenge still enrols a valid request. */
  const leavesChallengeGood = async (): Promise<boolean> => {
    const before = ca.orders.length;
    const good = pkcsReq({ ra, challenge, csr: { subject: name(cn('afterwards')) } });
    return before === 0 && (await tell(good.message)) === 'SUCCESS' && ca.orders.length === 1;
  };
  return { ...connector, challenge, request, response, verdict, reply, leavesChallengeGood };
}
