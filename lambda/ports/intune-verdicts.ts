/** Intune's verdicts on the requests with one challenge. */

/** The last verdict on a challenge, and every enrolment that was granted with it. */
export interface ChallengeVerdicts {
  readonly grantedIds: readonly string[];
  readonly last: Verdict;
}

/** Intune's answer to one validation. */
interface Verdict {
  readonly enrolmentId: string;
  readonly atSeconds: number;
  /** Microsoft's code; omitted if it granted the request. */
  readonly refused?: string;
}

/** Verdicts, by the id of the challenge: the keyed digest of its text. */
export interface IntuneVerdicts {
  find(challengeId: string): Promise<ChallengeVerdicts | undefined>;
  /**
   * Records a verdict. Returns false, and records nothing, if `maxGrantsOfChallenge` enrolments
   * were granted with this challenge.
   */
  record(challengeId: string, verdict: Verdict): Promise<boolean>;
}

/**
 * More than one device needs: Windows tries at most 30 times (ClientCertificateInstall CSP,
 * RetryCount).
 */
export const maxGrantsOfChallenge = 40;
