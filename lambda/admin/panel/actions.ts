/**
 * The actions of the buttons. Each changes everything in one call of `Administration`, which checks
 * and audits it.
 */
import { createHash } from 'node:crypto';
import type { Administration, ConnectorView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';
import { renderNotice, type ViewContext } from './elements.ts';
import { readOverlapSeconds, readTerms } from './form.ts';
import type { Html } from './html.ts';
import { listView } from './list-view.ts';
import { renderCreatedPopup, renderPasswordPopup, renderRotatedPopup } from './popups.ts';
import type { Action, PanelRequest } from './request.ts';
import { getTitle } from './words.ts';

type RunAction = (
  context: ViewContext,
  connector: ConnectorView,
  administration: Administration,
) => Promise<readonly Html[]>;

/** Runs an action and returns the HTML of its result. A refused action throws `AdminFault`. */
export const runAction = (action: Action, ...input: Parameters<RunAction>): ReturnType<RunAction> =>
  implementations[action](...input);

const implementations: Readonly<Record<Action, RunAction>> = {
  create: async (context, connector, administration) => {
    const { request, nowSeconds } = context;
    const terms = readTerms(request.form, nowSeconds);
    const clientToken = deriveToken(request, JSON.stringify(terms));
    const made = await administration.createChallenge(
      connector.connectorId,
      { ...terms, clientToken },
      request.who,
    );
    return [renderCreatedPopup(context, connector, made)];
  },
  show: async (context, connector, administration) => {
    const { challenge: id, who } = context.request;
    const challengeId = requireField(id, 'challenge');
    const challenge = await administration.getChallenge(connector.connectorId, challengeId);
    const password = await administration.readPassword(connector.connectorId, challengeId, who);
    return [renderPasswordPopup(context, connector, challenge, password)];
  },
  rotate: async (context, connector, administration) => {
    const { form, challenge, who } = context.request;
    const overlapSeconds = readOverlapSeconds(form);
    const made = await administration.rotateChallenge(
      connector.connectorId,
      requireField(challenge, 'challenge'),
      { overlapSeconds, clientToken: deriveToken(context.request, form.overlap) },
      who,
    );
    return [renderRotatedPopup(context, connector, made, overlapSeconds)];
  },
  revoke: async (context, connector, administration) => {
    const { challenge: id, who } = context.request;
    const challengeId = requireField(id, 'challenge');
    const challenge = await administration.getChallenge(connector.connectorId, challengeId);
    await administration.revokeChallenge(connector.connectorId, challengeId, who);
    const message = `“${getTitle(challenge)}” is revoked. It no longer enrols any device.`;
    return [renderNotice('good', message), await listView(context, connector, administration)];
  },
};

/**
 * The client token of an action. A button that is pressed twice sends the same token. Another entry
 * in the form, which stays open behind the popup, changes the token.
 */
const deriveToken = ({ token }: PanelRequest, entered = ''): string =>
  createHash('sha256')
    .update(`${requireField(token, 'token')}#${entered}`)
    .digest('hex');

/** Returns a parameter that every button sends. Throws `ValidationException` if it is missing. */
export function requireField(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new AdminFault('ValidationException', `${name}: missing`);
}
