/**
 * The console panel: an event of a CloudWatch custom widget in, HTML out. Looking changes nothing;
 * only a button's act does.
 */
import type { Administration, ConnectorView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';
import { acting, requireField } from './actions.ts';
import { renderChallenge } from './challenge-view.ts';
import { description } from './describe.ts';
import { renderButton, renderFrame, renderNotice, type Viewed } from './elements.ts';
import { describeFaultForLog, renderFault } from './faults.ts';
import { findView } from './find-view.ts';
import { createView, rotateView } from './form-views.ts';
import { type Html, html, readText } from './html.ts';
import { listView } from './list-view.ts';
import { type PanelRequest, readPanelRequest, readTheme, type View } from './request.ts';

/** The dependencies of the panel. */
export interface PanelContext {
  readonly administration: Administration;
  /** The ARN of the panel function, which its own buttons call. */
  readonly endpoint: string;
  readonly nowSeconds: number;
  readonly makeId: () => string;
  /** Takes the fields of one log line; none of them is a password or a text that was entered. */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Answers CloudWatch; never throws, and shows a generic message for an internal error. */
export async function answerPanel(event: unknown, context: PanelContext): Promise<string> {
  // This comes first, because a request for the description must not perform an action.
  if (isDescribe(event)) return description;
  const fault = (error: unknown): Html => {
    context.log(describeFaultForLog(error));
    return renderFault(error);
  };
  try {
    const request = readPanelRequest(event);
    return readText(renderFrame(request.theme, await contentOf(request, context, fault)));
  } catch (error) {
    const { endpoint } = context;
    const anew = renderButton({ endpoint }, { label: 'Back to the list', asks: {} });
    return readText(renderFrame(readTheme(event), fault(error), anew));
  }
}

const isDescribe = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && Object.hasOwn(event, 'describe');

async function contentOf(
  given: PanelRequest,
  { administration, endpoint, nowSeconds, makeId, log }: PanelContext,
  fault: Viewed['fault'],
): Promise<readonly Html[]> {
  const connectors = administration.connectors();
  const connector = connectorOf(given.connector, connectors);
  if (connector === undefined)
    return [renderNotice('idle', 'No connector is declared in this stack yet.')];
  const request = { ...given, connector: connector.connectorId };
  const viewed = { request, endpoint, nowSeconds, fault };
  const { action, view = 'list' } = request;
  if (action === undefined) {
    const content = await viewing[view](viewed, connector, administration, makeId);
    return [tabs(viewed, connectors), content];
  }
  const content = await acting[action](viewed, connector, administration);
  log({
    action,
    connectorId: connector.connectorId,
    challengeId: request.challenge,
    outcome: 'done',
  });
  return content;
}

function connectorOf(
  id: string | undefined,
  connectors: readonly ConnectorView[],
): ConnectorView | undefined {
  if (id === undefined) return connectors[0];
  const connector = connectors.find(({ connectorId }) => connectorId === id);
  if (connector === undefined)
    throw new AdminFault('ResourceNotFoundException', 'connector: there is none of that id');
  return connector;
}

type Viewing = (
  viewed: Viewed,
  connector: ConnectorView,
  administration: Administration,
  makeId: () => string,
) => Promise<Html>;

const viewing: Readonly<Record<View, Viewing>> = {
  list: listView,
  find: findView,
  create: async (viewed, connector, _, makeId) => createView(viewed, connector, makeId()),
  rotate: async (viewed, { connectorId }, administration, makeId) => {
    const challengeId = requireField(viewed.request.challenge, 'challenge');
    return rotateView(viewed, await administration.challenge(connectorId, challengeId), makeId());
  },
  challenge: async (viewed, { connectorId }, administration) => {
    const challengeId = requireField(viewed.request.challenge, 'challenge');
    return renderChallenge(viewed, await administration.challenge(connectorId, challengeId));
  },
};

/** One for each connector, where there is more than one. */
function tabs(viewed: Viewed, connectors: readonly ConnectorView[]): Html {
  if (connectors.length < 2) return html``;
  return html`<nav>${connectors.map(({ connectorId }) =>
    connectorId === viewed.request.connector
      ? html`<a class="here">${connectorId}</a>`
      : renderButton(viewed, {
          label: connectorId,
          asks: { connector: connectorId },
          looks: 'there',
        }),
  )}</nav>`;
}
