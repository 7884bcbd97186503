/**
 * What Intune is asked, and how often (docs/decisions/020-strangers.md): one question for each
 * request, a bounded number of refused ones for each source, and none about another key once a
 * certificate was made for a challenge.
 */
import { HttpFault, Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { deriveChallengeKey, readChallengeId } from '../policy/challenge.ts';
import type { EnrolmentRow } from '../ports/enrolments.ts';
import type { Intune, IntuneVerdict } from '../ports/intune.ts';
import type { ChallengeVerdicts } from '../ports/intune-verdicts.ts';
import type { ScepContext } from './context.ts';

/**
 * How long a verdict stands, in seconds. Intune's challenges are good for about an hour, so a later
 * request has another one.
 */
const verdictSeconds = 3600;

/** The parts of the context that a question needs. */
type AskContext = Pick<ScepContext, 'connectorId' | 'keys' | 'limits' | 'clock' | 'enrolments'> &
  Required<Pick<ScepContext, 'verdicts'>>;

/**
 * An Intune that answers for this enrolment from its recorded verdict, if there is one. `previous`
 * is the settled attempt that this one follows, after which the verdict is asked for again. Throws
 * `Refusal('ChallengeUsed')` for another key than the one that got the challenge's certificate, and
 * `HttpFault('TooManyValidations')` for a source that is over its budget.
 */
export const withOneValidation = (
  intune: Pick<Intune, 'validate'>,
  enrolment: Enrolment,
  previous: EnrolmentRow | undefined,
  source: string,
  context: AskContext,
): Pick<Intune, 'validate'> => ({
  validate: async (request) => {
    const { verdicts, limits, clock } = context;
    const { enrolmentId } = enrolment;
    const challengeId = challengeIdOf(enrolment, context);
    const known = await verdicts.find(challengeId);
    if (known !== undefined) await refuseOtherKey(known, enrolmentId, context);
    const recorded = recordedVerdict(known, enrolmentId, previous, clock.nowSeconds());
    if (recorded !== undefined) return recorded;
    if (!(await limits.validations.allows(source))) throw new HttpFault('TooManyValidations');
    const verdict = await intune.validate(request);
    const at = { enrolmentId, atSeconds: clock.nowSeconds() };
    if (verdict !== 'granted') {
      const { refused } = verdict;
      await Promise.all([
        limits.validations.recordFailure(source),
        verdicts.record(challengeId, { ...at, refused }),
      ]);
    } else if (!(await verdicts.record(challengeId, at))) throw new Refusal('ChallengeUsed');
    return verdict;
  },
});

/** The keyed digest of Intune's challenge, in the form of our own challenges' ids. */
function challengeIdOf({ challengePasswords }: Enrolment, { connectorId, keys }: AskContext) {
  const [password = ''] = challengePasswords;
  return readChallengeId(deriveChallengeKey(connectorId, password, keys));
}

/** Until then Windows may try with new keys: it makes one for each try. */
async function refuseOtherKey(
  { grantedIds }: ChallengeVerdicts,
  enrolmentId: string,
  { enrolments }: AskContext,
): Promise<void> {
  const others = grantedIds.filter((id) => id !== enrolmentId);
  const known = await Promise.all(others.map((id) => enrolments.readKnown({ enrolmentId: id })));
  if (known.some(({ row }) => row?.state.status === 'issued')) throw new Refusal('ChallengeUsed');
}

function recordedVerdict(
  known: ChallengeVerdicts | undefined,
  enrolmentId: string,
  previous: EnrolmentRow | undefined,
  nowSeconds: number,
): IntuneVerdict | undefined {
  if (known?.last.enrolmentId !== enrolmentId) return undefined;
  const { refused, atSeconds } = known.last;
  if (nowSeconds - atSeconds >= verdictSeconds) return undefined;
  if (refused !== undefined) return { refused };
  return previous === undefined ? 'granted' : undefined;
}
