/**
 * The actions of the buttons. Each is one call of `Administration`, which refuses, audits and
 * changes all or nothing.
 */
import { createHash } from 'node:crypto';
import type { Administration, ConnectorView } from '../administration.ts';
import { AdminFault } from '../fault.ts';
import { notice, type Viewed } from './elements.ts';
import { overlapOf, termsOf } from './form.ts';
import type { Html } from './html.ts';
import { listView } from './list-view.ts';
import { createdPopup, passwordPopup, rotatedPopup } from './popups.ts';
import type { Act, PanelRequest } from './request.ts';
import { titleOf } from './words.ts';

type Acting = (
  viewed: Viewed,
  connector: ConnectorView,
  administration: Administration,
) => Promise<readonly Html[]>;

/** Performs an action; throws `AdminFault` if it is refused, and changes nothing then. */
export const acting: Readonly<Record<Act, Acting>> = {
  create: async (viewed, connector, administration) => {
    const { request, nowSeconds } = viewed;
    const terms = termsOf(request.form, nowSeconds);
    const clientToken = tokenOf(request, JSON.stringify(terms));
    const made = await administration.create(
      connector.connectorId,
      { ...terms, clientToken },
      request.who,
    );
    return [createdPopup(viewed, connector, made)];
  },
  show: async (viewed, connector, administration) => {
    const { challenge: id, who } = viewed.request;
    const challengeId = needed(id, 'challenge');
    const challenge = await administration.challenge(connector.connectorId, challengeId);
    const password = await administration.password(connector.connectorId, challengeId, who);
    return [passwordPopup(viewed, connector, challenge, password)];
  },
  rotate: async (viewed, connector, administration) => {
    const { form, challenge, who } = viewed.request;
    const overlapSeconds = overlapOf(form);
    const made = await administration.rotate(
      connector.connectorId,
      needed(challenge, 'challenge'),
      { overlapSeconds, clientToken: tokenOf(viewed.request, form.overlap) },
      who,
    );
    return [rotatedPopup(viewed, connector, made, overlapSeconds)];
  },
  revoke: async (viewed, connector, administration) => {
    const { challenge: id, who } = viewed.request;
    const challengeId = needed(id, 'challenge');
    const challenge = await administration.challenge(connector.connectorId, challengeId);
    await administration.revoke(connector.connectorId, challengeId, who);
    const told = `“${titleOf(challenge)}” is revoked. Devices that use it are refused from now on.`;
    return [notice('good', told), await listView(viewed, connector, administration)];
  },
};

/**
 * The client token of an action. It is the same for a button that is pressed twice. It changes with
 * the form around the button, which stays open behind the popup.
 */
const tokenOf = ({ token }: PanelRequest, entered = ''): string =>
  createHash('sha256')
    .update(`${needed(token, 'token')}#${entered}`)
    .digest('hex');

/** A parameter that a button of ours always sends; throws `AdminFault` if it is missing. */
export function needed(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new AdminFault('ValidationException', `${name}: missing`);
}
