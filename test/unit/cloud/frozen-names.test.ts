/** The names that outlive a release, in the template: outputs, metrics, log fields, states. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { expectFrozen } from '../../docs/frozen-names.ts';
import { matchesIn, sourcesIn } from '../../docs/sources-in.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

let template: { readonly Resources: Record<string, Resource>; readonly Outputs: object };

/** A stack with everything that has an output, a metric or a state. */
beforeAll(() => {
  const stack = newStack();
  const service = new ScepService(stack, 'Service');
  const tenant = {
    tenantId: '11111111-1111-1111-1111-111111111111',
    applicationId: '22222222-2222-2222-2222-222222222222',
  };
  declareConnector(stack, { service, connectorId: 'phones', ndesAdminPage: true });
  for (const authentication of ['federated', 'certificate'] as const)
    declareConnector(stack, {
      service,
      connectorId: `${authentication}-pcs`,
      intune: { ...tenant, authentication },
    });
  template = synthesizeStack(stack).toJSON() as typeof template;
});

const resources = (type: string): readonly Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);

const connectorNames = /Phones|FederatedPcs|CertificatePcs|phones|federated-pcs|certificate-pcs/g;
const distinct = (names: readonly string[]) =>
  [...new Set(names.map((name) => name.replace(connectorNames, '<connector>')))].toSorted();

interface Transformation {
  readonly MetricNamespace: string;
  readonly MetricName: string;
  readonly MetricValue: string;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
}

const filters = () =>
  resources('AWS::Logs::MetricFilter').map(({ Properties }) => ({
    pattern: String(Properties.FilterPattern),
    transformations: Properties.MetricTransformations as readonly Transformation[],
  }));

it('the outputs of a stack are the frozen ones', () => {
  expectFrozen('outputs', distinct(Object.keys(template.Outputs)));
});

describe('the metric filters', () => {
  const read = () => {
    const all = filters().map(
      ({ pattern, transformations }) => pattern + JSON.stringify(transformations),
    );
    const text = all.join('\n');
    return {
      fields: matchesIn(text, /\$\.(\w+)/g),
      values: matchesIn(text, /\$\.(\w+ = "[^"]+")/g),
    };
  };

  it('make the frozen metrics', () => {
    const metrics = filters().flatMap(({ transformations }) =>
      transformations.map(
        ({ MetricNamespace, MetricName, Dimensions = [] }) =>
          `${MetricNamespace} ${MetricName}${Dimensions.map(({ Key }) => ` by ${Key}`).join('')}`,
      ),
    );
    expectFrozen('metrics', distinct(metrics));
  });

  it('read the frozen fields and values of log lines', () => expectFrozen('logFields', read()));

  it('read fields and values that the functions write', () => {
    const { fields, values } = read();
    const lines = logCalls(sourcesIn('lambda/**/*.ts'));
    // As a member of an object: `field: value`, or `field` alone.
    const isWritten = (field: string) =>
      new RegExp(`(?<![\\w.]|: )${field}(?=\\s*[,:}])`).test(lines);
    expect(fields.filter((field) => !isWritten(field))).toEqual([]);
    const sources = sourcesIn('lambda/**/*.ts');
    const unknown = values.filter((value) => !sources.includes(`'${value.split('"')[1]}'`));
    expect(unknown).toEqual([]);
  });
});

/**
 * The arguments of every call that writes a log line, and the objects that are spread into them: by
 * the name of the object in the sources, or by the type that a function promises for it.
 */
function logCalls(sources: string): string {
  const calls = [...sources.matchAll(/\b(?:log|logLine|logged)\(/g)].map(({ index }) =>
    argumentsAt(sources, index),
  );
  const spread = matchesIn(calls.join('\n'), /\.\.\.(\w+)/g);
  const objects = spread.flatMap((name) =>
    [...sources.matchAll(new RegExp(`const ${name} =[^;]*;`, 'g'))].map(([text]) => text),
  );
  const types = matchesIn(objects.join('\n'), /await (\w+)\(/g).flatMap((name) =>
    matchesIn(sources, new RegExp(`function ${name}\\([^{]*Promise<(\\w+)>`, 'g')),
  );
  const interfaces = types.flatMap((name) =>
    matchesIn(sources, new RegExp(`(interface ${name} {[^}]*})`, 'g')),
  );
  return [...calls, ...objects, ...interfaces].join('\n');
}

/** The text from here to the end of the call's arguments. */
function argumentsAt(sources: string, start: number): string {
  let depth = 0;
  for (let end = start; end < sources.length; end += 1) {
    if (sources[end] === '(') depth += 1;
    if (sources[end] === ')') depth -= 1;
    if (sources[end] === ')' && depth === 0) return sources.slice(start, end);
  }
  return sources.slice(start);
}

it('the state machine has the frozen states and members', () => {
  const [machine] = resources('AWS::StepFunctions::StateMachine');
  if (machine === undefined) throw new Error('the stack has no state machine');
  const definition = machine.Properties.DefinitionString as { 'Fn::Join': [string, unknown[]] };
  const text = definition['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : 'arn'))
    .join('');
  expectFrozen('workflow', {
    states: Object.keys(JSON.parse(text).States).toSorted(),
    members: matchesIn(text, /"\$\.(\w+)"/g),
  });
});
