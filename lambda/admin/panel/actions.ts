/**
 * The actions of the buttons. Each is one call of `Administration`, which refuses, audits and
 * changes all or nothing.
 */
import { createHash } from 'node:crypto';
import type { Administration, ConnectorView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';
import { renderNotice, type Viewed } from './elements.ts';
import { readOverlapSeconds, readTerms } from './form.ts';
import type { Html } from './html.ts';
import { listView } from './list-view.ts';
import { renderCreatedPopup, renderPasswordPopup, renderRotatedPopup } from './popups.ts';
import type { Action, PanelRequest } from './request.ts';
import { getTitle } from './words.ts';

type Acting = (
  viewed: Viewed,
  connector: ConnectorView,
  administration: Administration,
) => Promise<readonly Html[]>;

/** Performs an action; throws `AdminFault` if it is refused, and changes nothing then. */
export const acting: Readonly<Record<Action, Acting>> = {
  create: async (viewed, connector, administration) => {
    const { request, nowSeconds } = viewed;
    const terms = readTerms(request.form, nowSeconds);
    const clientToken = tokenOf(request, JSON.stringify(terms));
    const made = await administration.create(
      connector.connectorId,
      { ...terms, clientToken },
      request.who,
    );
    return [renderCreatedPopup(viewed, connector, made)];
  },
  show: async (viewed, connector, administration) => {
    const { challenge: id, who } = viewed.request;
    const challengeId = requireField(id, 'challenge');
    const challenge = await administration.challenge(connector.connectorId, challengeId);
    const password = await administration.password(connector.connectorId, challengeId, who);
    return [renderPasswordPopup(viewed, connector, challenge, password)];
  },
  rotate: async (viewed, connector, administration) => {
    const { form, challenge, who } = viewed.request;
    const overlapSeconds = readOverlapSeconds(form);
    const made = await administration.rotate(
      connector.connectorId,
      requireField(challenge, 'challenge'),
      { overlapSeconds, clientToken: tokenOf(viewed.request, form.overlap) },
      who,
    );
    return [renderRotatedPopup(viewed, connector, made, overlapSeconds)];
  },
  revoke: async (viewed, connector, administration) => {
    const { challenge: id, who } = viewed.request;
    const challengeId = requireField(id, 'challenge');
    const challenge = await administration.challenge(connector.connectorId, challengeId);
    await administration.revoke(connector.connectorId, challengeId, who);
    const told = `“${getTitle(challenge)}” is revoked. Devices that use it are refused from now on.`;
    return [renderNotice('good', told), await listView(viewed, connector, administration)];
  },
};

/**
 * The client token of an action. It is the same for a button that is pressed twice. It changes with
 * the form around the button, which stays open behind the popup.
 */
const tokenOf = ({ token }: PanelRequest, entered = ''): string =>
  createHash('sha256')
    .update(`${requireField(token, 'token')}#${entered}`)
    .digest('hex');

/** A parameter that a button of ours always sends; throws `AdminFault` if it is missing. */
export function requireField(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new AdminFault('ValidationException', `${name}: missing`);
}
