/**
 * The console panel, which answers events of a CloudWatch custom widget with HTML. A view changes
 * nothing; only the action of a button does.
 */
import type { Administration, ConnectorView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';
import { requireField, runAction } from './actions.ts';
import { renderChallenge } from './challenge-view.ts';
import { description } from './describe.ts';
import { renderButton, renderFrame, renderNotice, type ViewContext } from './elements.ts';
import { describeFaultForLog, renderFault } from './faults.ts';
import { findView } from './find-view.ts';
import { createView, rotateView } from './form-views.ts';
import { type Html, html, readText } from './html.ts';
import { listView } from './list-view.ts';
import { type PanelRequest, readPanelRequest, readTheme, type View } from './request.ts';

/** The dependencies of the panel. */
export interface PanelContext {
  /** Reads the connectors; its failure is shown like any other internal error. */
  readonly openAdministration: () => Promise<Administration>;
  /** The ARN of the panel function, which the buttons call. */
  readonly endpoint: string;
  readonly nowSeconds: number;
  readonly makeId: () => string;
  /** Writes one log line. Its fields hold no password and no text from a form. */
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Answers CloudWatch, and never throws. An internal error shows a generic message. */
export async function answerPanel(event: unknown, context: PanelContext): Promise<string> {
  // This check comes first, because a request for the description must not perform an action.
  if (isDescribe(event)) return description;
  const logAndRenderFault = (error: unknown): Html => {
    context.log(describeFaultForLog(error));
    return renderFault(error);
  };
  try {
    const request = readPanelRequest(event);
    const content = await renderContent(request, context, logAndRenderFault);
    return readText(renderFrame(request.theme, content));
  } catch (error) {
    const { endpoint } = context;
    const back = renderButton({ endpoint }, { label: 'Back to the list', parameters: {} });
    return readText(renderFrame(readTheme(event), logAndRenderFault(error), back));
  }
}

const isDescribe = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && Object.hasOwn(event, 'describe');

async function renderContent(
  received: PanelRequest,
  { openAdministration, endpoint, nowSeconds, makeId, log }: PanelContext,
  logAndRenderFault: ViewContext['logAndRenderFault'],
): Promise<readonly Html[]> {
  const administration = await openAdministration();
  const connectors = administration.listConnectors();
  const connector = findConnector(received.connector, connectors);
  if (connector === undefined)
    return [
      renderNotice(
        'idle',
        'No connector is declared in this stack yet. Add a ScepConnector to the CDK app.',
      ),
    ];
  const request = { ...received, connector: connector.connectorId };
  const viewContext = { request, endpoint, nowSeconds, logAndRenderFault };
  const { action, view = 'list' } = request;
  if (action === undefined) {
    const content = await renderers[view](viewContext, connector, administration, makeId);
    return [renderTabs(viewContext, connectors), content];
  }
  const content = await runAction(action, viewContext, connector, administration);
  log({
    action,
    connectorId: connector.connectorId,
    challengeId: request.challenge,
    outcome: 'done',
  });
  return content;
}

function findConnector(
  id: string | undefined,
  connectors: readonly ConnectorView[],
): ConnectorView | undefined {
  if (id === undefined) return connectors[0];
  const connector = connectors.find(({ connectorId }) => connectorId === id);
  if (connector === undefined)
    throw new AdminFault('ResourceNotFoundException', 'connector: unknown id');
  return connector;
}

type RenderView = (
  viewContext: ViewContext,
  connector: ConnectorView,
  administration: Administration,
  makeId: () => string,
) => Promise<Html>;

const renderers: Readonly<Record<View, RenderView>> = {
  list: listView,
  find: findView,
  create: async (viewContext, connector, _, makeId) => createView(viewContext, connector, makeId()),
  rotate: async (viewContext, { connectorId }, administration, makeId) => {
    const challengeId = requireField(viewContext.request.challenge, 'challenge');
    return rotateView(
      viewContext,
      await administration.getChallenge(connectorId, challengeId),
      makeId(),
    );
  },
  challenge: async (viewContext, { connectorId }, administration) => {
    const challengeId = requireField(viewContext.request.challenge, 'challenge');
    return renderChallenge(
      viewContext,
      await administration.getChallenge(connectorId, challengeId),
    );
  },
};

/** A tab for each connector; empty for a single one. */
function renderTabs(viewContext: ViewContext, connectors: readonly ConnectorView[]): Html {
  if (connectors.length < 2) return html``;
  return html`<nav>${connectors.map(({ connectorId }) =>
    connectorId === viewContext.request.connector
      ? html`<a class="current">${connectorId}</a>`
      : renderButton(viewContext, {
          label: connectorId,
          parameters: { connector: connectorId },
          className: 'tab',
        }),
  )}</nav>`;
}
