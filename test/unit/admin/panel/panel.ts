/** The panel with a fake administration, called as CloudWatch calls it. */
import { randomUUID } from 'node:crypto';
import { answerPanel } from '../../../../lambda/admin/panel/answer-panel.ts';
import {
  connectorView,
  memoryAdministration,
} from '../../../support/fakes/memory-administration.ts';

export const nowSeconds = 1_763_900_000;
export const endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:customWidget-panel';
export const token = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

interface Context {
  readonly form?: Readonly<Record<string, unknown>>;
  readonly theme?: string;
  readonly params?: unknown;
}

/** The event of a pressed button: its parameters, and the context that CloudWatch adds. */
export const eventOf = (
  asks: object,
  { form = {}, theme = 'light', params = {} }: Context = {},
) => ({
  ...asks,
  widgetContext: {
    dashboardName: 'scep',
    widgetId: 'widget-1',
    accountId: '111122223333',
    locale: 'en',
    timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
    theme,
    title: 'SCEP',
    forms: { all: form },
    params,
    width: 1400,
    height: 800,
  },
});

/** Creates a panel, its fake administration and its log lines. */
export function panelUnderTest(...connectorIds: readonly string[]) {
  const ids = connectorIds.length > 0 ? connectorIds : ['default'];
  const administration = memoryAdministration(() => nowSeconds, ids.map(connectorView));
  const tokens = [token];
  const lines: Readonly<Record<string, unknown>>[] = [];
  const answer = (event: unknown): Promise<string> =>
    answerPanel(event, {
      openAdministration: async () => administration,
      endpoint,
      nowSeconds,
      makeId: () => tokens.shift() ?? randomUUID(),
      log: (fields) => void lines.push(fields),
    });
  return {
    administration,
    lines,
    answer,
    call: (asks: object, context?: Context) => answer(eventOf(asks, context)),
  };
}

/** The initial entries of the form for a new challenge. */
export const untouched = {
  name: '',
  kind: 'limited',
  uses: '30',
  lifetime: '1 day',
  subject: '',
  alternativeNames: '',
} as const;
