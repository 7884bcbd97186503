import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { openResources } from '../../../lib/local/template/resources.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

/** A widget as the dashboard's body has it. */
interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly endpoint?: string;
    readonly alarms?: readonly string[];
    readonly updateOn?: Readonly<Record<string, boolean>>;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly markdown?: string;
  };
}

let template: Template;
let widgets: readonly Widget[];

beforeAll(() => {
  const stack = newStack();
  const service = new ScepService(stack, 'Service');
  for (const connectorId of ['phones', 'laptops'])
    declareConnector(stack, { service, connectorId });
  template = synthesizeStack(stack);
  widgets = widgetsOf(template);
});

/** The widgets, with every reference resolved as the local runner resolves it. */
function widgetsOf(of: Template): readonly Widget[] {
  const only = Object.fromEntries(
    Object.entries(of.toJSON().Resources as Record<string, { Type: string }>).filter(
      ([, { Type }]) => /CloudWatch|Lambda::Function|StateMachine$/.test(Type),
    ),
  );
  const [dashboard] = openResources('Test', { Resources: only }).ofType(
    'AWS::CloudWatch::Dashboard',
  );
  return JSON.parse(String(dashboard?.properties.DashboardBody)).widgets;
}

const titled = (title: string) => widgets.filter(({ properties }) => properties.title === title);
const metricsOf = (title: string) =>
  JSON.stringify(titled(title).map(({ properties }) => properties.metrics));

describe('the dashboard', () => {
  it('has the panel on top, which is drawn anew on refresh alone', () => {
    const [panel] = widgets;
    expect(panel?.type).toBe('custom');
    expect(panel?.properties.endpoint).toMatch(/:function:customWidget-/);
    expect(panel?.properties.updateOn).toEqual({ refresh: true, resize: false, timeRange: false });
  });

  it('has every graph and the alarms for each connector', () => {
    const titles = [
      ...['Enrolments', 'Time to certificate', 'Pending', 'Certificate authority'],
      ...['Attempts that failed', 'Days left', 'Errors and throttles of functions', 'Alarms'],
    ];
    for (const title of titles) expect([title, titled(title).length]).toEqual([title, 2]);
    expect(titled('Alarms').map(({ properties }) => properties.alarms?.length)).toEqual([10, 10]);
  });

  it('shows enrolments by the failInfo that devices received', () => {
    const shown = metricsOf('Enrolments');
    for (const text of [
      'Issued-phones',
      'Issued-laptops',
      'badRequest',
      'badAlg',
      'badMessageCheck',
      'badTime',
      'badCertId',
    ])
      expect(shown).toContain(text);
  });

  it('shows how often the CA throttled', () => {
    const shown = metricsOf('Certificate authority');
    expect(shown).toContain('"IssuanceCodes-phones","Code","CertificateAuthorityBusy"');
  });

  it('shows the days that both certificates have left', () => {
    expect(metricsOf('Days left')).toMatch(/RaDaysLeft-phones.*CaDaysLeft-phones/);
  });

  it('has its URL in the outputs', () => {
    const outputs = template.findOutputs('*');
    const [id] = Object.keys(outputs).filter((each) => each.endsWith('DashboardUrl'));
    expect(JSON.stringify(outputs[id ?? ''])).toContain('#dashboards/dashboard/');
  });

  it('is not there if it is not wanted, nor is the panel, nor are its metrics', () => {
    const stack = newStack();
    declareConnector(stack, {
      service: new ScepService(stack, 'Service', { hasDashboard: false }),
    });
    const bare = synthesizeStack(stack);
    bare.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    bare.resourceCountIs('AWS::Lambda::Function', 8);
    const filters = Object.values(bare.findResources('AWS::Logs::MetricFilter'));
    const names = filters.map(({ Properties }) => Properties.MetricTransformations[0].MetricName);
    expect(names.toSorted()).toEqual([
      'CaDaysLeft-default',
      'DisputedCertificates-default',
      'EnvelopesRefused-default',
      'FailedStarts',
      'IssuanceCodes-default',
      'RaDaysLeft-default',
      'RevocationRuns-default',
      'Strays-default',
    ]);
  });
});

describe('a metric', () => {
  it.each([
    ['Issued-phones', '{ ($.outcome = "settled") && ($.status = "issued") }', '1'],
    ['Refused-phones', '{ $.outcome = "refused" }', '1'],
    ['Pending-phones', '{ $.outcome = "pending" }', '1'],
    ['CaDaysLeft-phones', '{ $.caDaysLeft >= -1000000 }', '$.caDaysLeft'],
  ])('%s is made of the log lines %s', (MetricName, FilterPattern, MetricValue) => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern,
      MetricTransformations: [Match.objectLike({ MetricName, MetricValue })],
    });
  });
});

describe('the panel function', () => {
  it('has a name that CloudWatch’s users can be allowed by, and no longer one than Lambda takes', () => {
    const names = Object.values(template.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.FunctionName)
      .filter((name) => typeof name === 'string');
    expect(names).toEqual([expect.stringMatching(/^customWidget-[A-Za-z0-9-]{1,51}$/)]);
  });

  it('may be invoked by no service', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    const of = permissions.map(({ Properties }) => JSON.stringify(Properties.FunctionName));
    expect(of.filter((name) => name.includes('Panel'))).toEqual([]);
  });
});
