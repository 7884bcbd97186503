/** The custom widgets of the template's dashboards, as CloudWatch shows them. */
import type { Resources } from '../template/resources.ts';

export interface CustomWidget {
  readonly dashboardName: string;
  readonly title: string;
  /** The ARN of the function that draws it. */
  readonly endpoint: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface DashboardWidget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly endpoint?: string;
    readonly params?: Readonly<Record<string, unknown>>;
  };
}

/** Lists the widgets in the template's order. */
export const findCustomWidgets = (resources: Resources): readonly CustomWidget[] =>
  resources.ofType('AWS::CloudWatch::Dashboard').flatMap(({ physicalName, properties }) => {
    const { widgets } = JSON.parse(String(properties.DashboardBody)) as {
      readonly widgets: readonly DashboardWidget[];
    };
    return widgets
      .filter(({ type }) => type === 'custom')
      .map(({ properties: { title = '', endpoint = '', params = {} } }) => ({
        dashboardName: physicalName,
        title,
        endpoint,
        params,
      }));
  });
