/**
 * How often Intune is called (docs/decisions/020-strangers.md). Each request is validated once. The
 * refused requests of one client are bounded. A challenge that got a certificate is not validated
 * for another key.
 */
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { deriveChallengeKey, readChallengeId } from '../policy/challenge.ts';
import type { EnrolmentRow } from '../ports/enrolments.ts';
import type { Intune, IntuneVerdict } from '../ports/intune.ts';
import type { ChallengeVerdicts } from '../ports/intune-verdicts.ts';
import { requireBudget } from './budgets.ts';
import type { ScepContext } from './context.ts';

/**
 * How long a recorded verdict is used, in seconds. Intune's challenges are valid for about an hour,
 * so a later request has another one.
 */
const verdictSeconds = 3600;

type ValidationContext = Pick<
  ScepContext,
  'connectorId' | 'keys' | 'limits' | 'clock' | 'enrolments'
> &
  Required<Pick<ScepContext, 'verdicts'>>;

/**
 * An Intune that answers for this enrolment from its recorded verdict, if there is one. `previous`
 * is the settled attempt before this one; after it a recorded grant is not used. Throws
 * `Refusal('ChallengeUsed')` for another key than the one that got the challenge's certificate, and
 * `HttpFault('TooManyValidations')` for a client that is over its budget.
 */
export const withOneValidation = (
  intune: Pick<Intune, 'validate'>,
  enrolment: Enrolment,
  previous: EnrolmentRow | undefined,
  source: string,
  context: ValidationContext,
): Pick<Intune, 'validate'> => ({
  validate: async (request) => {
    const { verdicts, limits, clock } = context;
    const { enrolmentId } = enrolment;
    const challengeId = deriveChallengeId(enrolment, context);
    const known = await verdicts.find(challengeId);
    if (known !== undefined) await refuseOtherKey(known, enrolmentId, context);
    const recorded = findVerdict(known, enrolmentId, previous, clock.nowSeconds());
    if (recorded !== undefined) return recorded;
    await requireBudget('validations', source, limits);
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
function deriveChallengeId(
  { challengePasswords }: Enrolment,
  { connectorId, keys }: ValidationContext,
) {
  const [password = ''] = challengePasswords;
  return readChallengeId(deriveChallengeKey(connectorId, password, keys));
}

/**
 * Throws `Refusal('ChallengeUsed')` once another key has a certificate for this challenge. Before
 * that another key is validated, because Windows makes a new key for each of its tries.
 */
async function refuseOtherKey(
  { grantedIds }: ChallengeVerdicts,
  enrolmentId: string,
  { enrolments }: ValidationContext,
): Promise<void> {
  const others = grantedIds.filter((id) => id !== enrolmentId);
  const known = await Promise.all(others.map((id) => enrolments.readKnown({ enrolmentId: id })));
  if (known.some(({ row }) => row?.state.status === 'issued')) throw new Refusal('ChallengeUsed');
}

/** The verdict on this enrolment, if it is the challenge's last one and recent enough. */
function findVerdict(
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
