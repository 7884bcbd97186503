/**
 * EventBridge rules on the default bus, and the asynchronous settings of the functions that they
 * invoke.
 */
import { readPattern } from '../emulators/eventbridge/pattern.ts';
import { readRatePeriodSeconds } from '../emulators/eventbridge/rate.ts';
import type { RuleTarget } from '../emulators/eventbridge/schedules.ts';
import type { Resource } from '../template/resources.ts';
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

type Properties = Readonly<Record<string, unknown>>;

/**
 * Configures asynchronous invocation, then starts every rule. Refuses targets that are not
 * functions.
 */
export const deployRules = (deployment: Deployment): void => {
  configureInvocations(deployment);
  for (const rule of deployment.resources.ofType('AWS::Events::Rule')) {
    deployRule(rule, readTargets(rule, deployment), deployment);
  }
};

const deployRule = (
  { logicalId, physicalName, arn, where, properties }: Resource,
  targets: readonly RuleTarget[],
  { eventBridge }: Deployment,
): void => {
  const { ScheduleExpression, EventPattern, State = 'ENABLED' } = properties;
  const isEnabled = State === 'ENABLED';
  if (EventPattern !== undefined) {
    const pattern = readPattern(EventPattern, where);
    if (isEnabled) eventBridge.addRule({ pattern, targets });
  }
  if (ScheduleExpression !== undefined) {
    const everySeconds = readRatePeriodSeconds(String(ScheduleExpression), where);
    const name = physicalName;
    eventBridge.schedules.add({ logicalId, name, arn, everySeconds, isEnabled, targets });
  }
};

const configureInvocations = ({ resources, invocations }: Deployment): void => {
  const functions = resources.ofType('AWS::Lambda::Function');
  for (const { properties, where } of resources.ofType('AWS::Lambda::EventInvokeConfig')) {
    const { FunctionName, Qualifier, MaximumRetryAttempts, MaximumEventAgeInSeconds } = properties;
    const target = functions.find(({ reference }) => reference === FunctionName);
    if (!target || Qualifier !== '$LATEST') {
      throw new NotModelledError(
        `${where}: a version or alias, or a function outside the template`,
      );
    }
    invocations.configure(target.arn, {
      ...(MaximumRetryAttempts === undefined ? {} : { retries: Number(MaximumRetryAttempts) }),
      ...(MaximumEventAgeInSeconds === undefined
        ? {}
        : { maxEventAgeSeconds: Number(MaximumEventAgeInSeconds) }),
    });
  }
};

// RetryPolicy is about the delivery of the event to Lambda, which never fails on one machine.
// AWS::Lambda::EventInvokeConfig governs the function's own errors.
const knownTargetProperties = new Set(['Arn', 'Id', 'Input', 'RetryPolicy']);

const readTargets = ({ properties, where }: Resource, { functions }: Deployment): RuleTarget[] =>
  ((properties.Targets ?? []) as readonly Properties[]).map((target) => {
    const unknown = Object.keys(target).find((name) => !knownTargetProperties.has(name));
    if (unknown) throw new NotModelledError(`${where}: a target's ${unknown}`);
    const functionArn = String(target.Arn);
    if (!functions.has(functionArn))
      throw new NotModelledError(`${where}: a target that is not a function of the template`);
    return target.Input === undefined
      ? { functionArn }
      : { functionArn, input: JSON.parse(String(target.Input)) };
  });
