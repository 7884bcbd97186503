/**
 * The event that CloudWatch sends to the function of a custom widget, as in the example of its
 * documentation.
 */
import type { CustomWidget } from './widgets.ts';

/** A call from the page, by a button with its own parameters or by the widget itself. */
export interface WidgetCall {
  readonly widget: number;
  readonly asks?: Readonly<Record<string, unknown>>;
  readonly forms: Readonly<Record<string, string>>;
  readonly theme: 'light' | 'dark';
  readonly offsetISO: string;
}

/** Reads a call; undefined for a body that the page does not send. */
export function readWidgetCall(body: string): WidgetCall | undefined {
  try {
    const call = JSON.parse(body) as Partial<WidgetCall> | null;
    const isCall =
      Number.isInteger(call?.widget) &&
      isObject(call?.forms) &&
      (call?.asks === undefined || isObject(call.asks));
    return isCall ? (call as WidgetCall) : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Builds the event. The parameters are at its top; the context has the widget's own parameters and
 * all forms.
 */
export const buildWidgetEvent = (
  { dashboardName, title, params }: CustomWidget,
  { widget, asks, forms, theme, offsetISO }: WidgetCall,
  accountId: string,
): Readonly<Record<string, unknown>> => ({
  ...(asks ?? params),
  widgetContext: {
    dashboardName,
    widgetId: `widget-${widget + 1}`,
    accountId,
    locale: 'en',
    timezone: { label: 'Local', offsetISO, offsetInMinutes: 0 },
    period: 300,
    isAutoPeriod: true,
    timeRange: { mode: 'relative', start: 0, end: 0, relativeStart: 10_800_000 },
    theme,
    linkCharts: true,
    title,
    forms: { all: forms },
    params,
    width: 1400,
    height: 900,
  },
});
