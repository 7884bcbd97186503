/** Checks an existing CA against a connector's declaration, when the stack is deployed. */
import type { Clock } from '../ports/system.ts';
import {
  type AuthorityDescription,
  type DeclaredAuthority,
  findAuthorityFault,
  findPlaceFault,
  toKeyFamily,
} from './authority-faults.ts';

/** The dependencies of a check. */
export interface CheckContext {
  /** Throws the SDK's error. */
  describe(certificateAuthorityArn: string): Promise<AuthorityDescription>;
  readonly clock: Pick<Clock, 'nowSeconds' | 'sleep'>;
}

/** The sentence for each error with which ACM PCA refuses to describe a CA. */
const unknownAuthority: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'does not exist. Give the ARN of a CA that does',
  InvalidArnException: 'is not the ARN of a CA',
};

/**
 * IAM applies a new role's permissions some seconds after CloudFormation creates them. The tries
 * take 25 s, within the function's minute.
 */
const maxTries = 6;
const betweenTriesMilliseconds = 5_000;

/** Returns the CA's fault, or its end and its key's family. Throws for an outage of ACM PCA. */
export async function checkAuthority(
  declared: DeclaredAuthority,
  context: CheckContext,
): Promise<{ readonly fault: string } | { readonly data: Readonly<Record<string, string>> }> {
  const { certificateAuthorityArn: arn } = declared;
  const misplaced = findPlaceFault(declared);
  if (misplaced !== undefined) return { fault: misplaced };
  const described = await describeOnceAllowed(arn, context);
  if ('fault' in described) return described;
  const fault = findAuthorityFault(described, declared, context.clock.nowSeconds());
  if (fault !== undefined) return { fault };
  return {
    data: {
      KeyFamily: String(toKeyFamily(described.keyAlgorithm)),
      NotAfter: new Date((described.notAfterSeconds ?? 0) * 1000).toISOString(),
    },
  };
}

async function describeOnceAllowed(
  arn: string,
  { describe, clock }: CheckContext,
): Promise<AuthorityDescription | { readonly fault: string }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await describe(arn);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      const why = Object.hasOwn(unknownAuthority, name) ? unknownAuthority[name] : undefined;
      if (why !== undefined) return { fault: `The CA ${arn} ${why}.` };
      if (name !== 'AccessDeniedException') throw error;
      if (tries === maxTries)
        return {
          fault: `acm-pca:DescribeCertificateAuthority is denied on the CA ${arn}. Check the policies of the account and of the CA.`,
        };
      await clock.sleep(betweenTriesMilliseconds);
    }
  }
}
