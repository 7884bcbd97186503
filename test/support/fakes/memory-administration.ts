/** `Administration` in memory: challenges with simple passwords, and a record of every action. */
import type {
  Administration,
  ChallengeTerms,
  ChallengeView,
  ConnectorView,
  EnrolmentView,
} from '../../../lambda/admin/administration.ts';
import { AdminFault } from '../../../lambda/admin/api/fault.ts';

/** A recorded action. */
interface MemoryAction {
  readonly action: 'create' | 'password' | 'rotate' | 'revoke';
  readonly challengeId: string;
  readonly who: string;
  readonly overlapSeconds?: number;
}

/** The fake, and the state that a test prepares and inspects. */
export interface MemoryAdministration extends Administration {
  readonly actions: MemoryAction[];
  /** Newest first, as in lists. */
  readonly kept: ChallengeView[];
  readonly history: EnrolmentView[];
}

const account = 'arn:aws:pca-connector-scep:us-east-1:000000000000';

/** A connector to administer. */
export const connectorView = (connectorId: string): ConnectorView => ({
  connectorId,
  connectorArn: `${account}:connector/11111111-2222-3333-4444-555555555555`,
  scepUrl: `https://api.example.com/scep/${connectorId}`,
  certificateAuthorityArn:
    'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/12345678-1234-1234-1234-123456789012',
  type: 'GENERAL_PURPOSE',
});

const idOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The password of a challenge, which only an action may show. */
export const passwordOf = (challengeId: string): string =>
  `PASSWORD${challengeId.slice(-6).replace(/\d/g, (digit) => 'ABCDEFGHIJ'[Number(digit)] ?? '')}`;

/** Creates the fake with these connectors; `nowSeconds` is the time of what it creates. */
export function memoryAdministration(
  nowSeconds: () => number,
  connectors: readonly ConnectorView[] = [connectorView('default')],
): MemoryAdministration {
  const kept: ChallengeView[] = [];
  const history: EnrolmentView[] = [];
  const actions: MemoryAction[] = [];
  const byToken = new Map<string, ChallengeView>();
  let made = 0;

  const found = (connectorId: string, challengeId: string): ChallengeView => {
    const challenge = kept.find((each) => each.challengeId === challengeId);
    if (challenge?.connectorId === connectorId) return challenge;
    throw new AdminFault('ResourceNotFoundException', 'no such challenge');
  };
  const make = (connectorId: string, { clientToken = '', ...terms }: ChallengeTerms) => {
    const earlier = byToken.get(clientToken);
    if (earlier) return earlier;
    made += 1;
    const challenge: ChallengeView = {
      ...terms,
      ...(terms.maxUses !== undefined && { usesLeft: terms.maxUses }),
      connectorId,
      connectorArn: connectorView(connectorId).connectorArn,
      challengeId: idOf(made),
      challengeArn: `${connectorView(connectorId).connectorArn}/challenge/${idOf(made)}`,
      createdAtSeconds: nowSeconds(),
      updatedAtSeconds: nowSeconds(),
    };
    kept.unshift(challenge);
    if (clientToken) byToken.set(clientToken, challenge);
    return challenge;
  };

  return {
    actions,
    kept,
    history,
    listConnectors: () => connectors,
    listChallenges: async (connectorId, { limit, after }) => {
      const page = pageOf(
        kept.filter((each) => each.connectorId === connectorId),
        limit,
        after,
      );
      return { challenges: page.items, ...page.rest };
    },
    getChallenge: async (connectorId, challengeId) => found(connectorId, challengeId),
    createChallenge: async (connectorId, terms, who) => {
      const challenge = make(connectorId, terms);
      actions.push({ action: 'create', challengeId: challenge.challengeId, who });
      return { challenge, password: passwordOf(challenge.challengeId) };
    },
    readPassword: async (connectorId, challengeId, who) => {
      const { challengeId: id } = found(connectorId, challengeId);
      actions.push({ action: 'password', challengeId: id, who });
      return passwordOf(id);
    },
    rotateChallenge: async (connectorId, challengeId, { overlapSeconds, clientToken }, who) => {
      const old = found(connectorId, challengeId);
      const { name, maxUses, constraints, tags } = old;
      const challenge = make(connectorId, { name, maxUses, constraints, tags, clientToken });
      kept[kept.indexOf(old)] = { ...old, expiresAtSeconds: nowSeconds() + overlapSeconds };
      actions.push({ action: 'rotate', challengeId, who, overlapSeconds });
      return { challenge, password: passwordOf(challenge.challengeId) };
    },
    revokeChallenge: async (connectorId, challengeId, who) => {
      kept.splice(kept.indexOf(found(connectorId, challengeId)), 1);
      actions.push({ action: 'revoke', challengeId, who });
    },
    listEnrolments: async (_, { limit, before }) => {
      const page = pageOf(history, limit, before);
      return { enrolments: page.items, ...page.rest };
    },
  };
}

/** Returns a page. Tokens are `page-<index>`; any other is refused like an expired one. */
function pageOf<Item>(items: readonly Item[], limit: number, token = 'page-0') {
  const from = Number(/^page-(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from))
    throw new AdminFault('ValidationException', 'NextToken: expired or unknown');
  const to = from + limit;
  return { items: items.slice(from, to), rest: to < items.length ? { next: `page-${to}` } : {} };
}
