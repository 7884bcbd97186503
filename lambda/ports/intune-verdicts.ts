/** What Intune said of the requests with one challenge. */
/** The last verdict on a challenge, and every enrolment that was granted with it. */
export interface ChallengeVerdicts {
  readonly grantedIds: readonly string[];
  readonly last: Verdict;
}

/** One verdict. */
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
   * Records a verdict. False, and nothing is recorded, if so many enrolments were granted with this
   * challenge that no device needs another one.
   */
  record(challengeId: string, verdict: Verdict): Promise<boolean>;
}

/** Windows tries at most 30 times (Policy CSP ClientCertificateInstall, RetryCount). */
export const maxGrantsOfChallenge = 40;
