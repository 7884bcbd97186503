/** Deploys the console: the dashboards' custom widgets, and the functions that draw them. */
import { type Console, createConsole } from '../console/console.ts';
import { findCustomWidgets } from '../console/widgets.ts';
import { pseudoParameters } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** Creates the console; undefined if no dashboard has a custom widget. */
export const deployConsole = ({ resources, functions }: Deployment): Console | undefined => {
  const widgets = findCustomWidgets(resources);
  if (widgets.length === 0) return undefined;
  return createConsole({
    widgets,
    functionOf: (arn) => functions.get(arn)?.invoke,
    accountId: pseudoParameters['AWS::AccountId'],
  });
};
