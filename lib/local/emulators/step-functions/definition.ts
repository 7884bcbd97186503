/**
 * Reads a state machine's definition; refuses every state, field, path and task resource that is
 * not modelled.
 */
import { NotModelledError } from '../../template/template.ts';
import { findChoiceFaults } from './choice.ts';
import { isKnownPath, listTemplatePaths } from './path.ts';
import {
  type Catcher,
  type ChoiceRule,
  catcherFields,
  type Definition,
  knownFields,
  type Retrier,
  retrierFields,
  type State,
} from './state.ts';

type Fields = Readonly<Record<string, unknown>>;

const knownTopFields = [
  'Comment',
  'QueryLanguage',
  'StartAt',
  'States',
  'TimeoutSeconds',
  'Version',
];
const lambdaArn = /^arn:aws[\w-]*:lambda:[^:]+:\d{12}:function:[^:]+$/;

/** Reads the definition; `where` names its resource in errors. */
export const readDefinition = (text: string, where: string): Definition => {
  const definition = JSON.parse(text) as Definition & { readonly QueryLanguage?: string };
  const names = new Set(Object.keys(definition.States));
  const faults = [
    ...findOthers(definition, knownTopFields),
    ...(definition.QueryLanguage === 'JSONata' ? ['the query language JSONata'] : []),
    ...(names.has(definition.StartAt) ? [] : [`the first state ${definition.StartAt}`]),
    ...Object.entries(definition.States).flatMap(([name, state]) =>
      findStateFaults(state, names).map((fault) => `${fault} of the state ${name}`),
    ),
  ];
  if (faults.length > 0) throw new NotModelledError(...faults.map((fault) => `${where}: ${fault}`));
  return definition;
};

const findOthers = (fields: object, known: readonly string[]): string[] =>
  Object.keys(fields).filter((field) => !known.includes(field));

const findStateFaults = (state: State, names: ReadonlySet<string>): string[] => {
  const fields = state as unknown as Fields;
  const known = Object.hasOwn(knownFields, state.Type) ? knownFields[state.Type] : undefined;
  if (!known) return [`the type ${String(fields.Type)}`];
  const { Retry = [], Catch = [], Choices = [] } = fields;
  const catchers = Catch as readonly Catcher[];
  const rules = Choices as readonly ChoiceRule[];
  const targets = [fields.Next, fields.Default, ...[...catchers, ...rules].map(({ Next }) => Next)];
  const unknownTargets = targets.filter((next) => next !== undefined && !names.has(String(next)));
  return [
    ...findOthers(fields, known).map((field) => `the field ${field}`),
    ...(Retry as readonly Retrier[])
      .flatMap((retrier) => findOthers(retrier, retrierFields))
      .map((field) => `the field ${field} in Retry`),
    ...catchers
      .flatMap((catcher) => findOthers(catcher, catcherFields))
      .map((field) => `the field ${field} in Catch`),
    ...rules.flatMap(findChoiceFaults).map((fault) => `${fault} in Choices`),
    ...findPathFaults(fields, catchers),
    ...unknownTargets.map((next) => `the next state ${String(next)}`),
    ...(state.Type === 'Task' && !lambdaArn.test(state.Resource)
      ? [`the task resource ${state.Resource}`]
      : []),
  ];
};

const findPathFaults = (fields: Fields, catchers: readonly Catcher[]): string[] => {
  const { InputPath, OutputPath, ResultPath, SecondsPath, Parameters, ResultSelector } = fields;
  const single = [InputPath, OutputPath, ResultPath, SecondsPath].concat(
    catchers.map((catcher) => catcher.ResultPath),
  );
  const paths = [
    ...single.filter((path) => path !== undefined && path !== null),
    ...listTemplatePaths(Parameters),
    ...listTemplatePaths(ResultSelector),
  ];
  return paths.filter((path) => !isKnownPath(path)).map((path) => `the path ${String(path)}`);
};
