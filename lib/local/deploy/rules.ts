/** EventBridge rules on the default bus, and how the functions they invoke take events. */
import { readPattern } from '../emulators/eventbridge/pattern.ts';
import { ratePeriodSeconds } from '../emulators/eventbridge/rate.ts';
import type { RuleTarget } from '../emulators/eventbridge/schedules.ts';
import type { Resource } from '../template/resources.ts';
import { NotModelledError } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

type Properties = Readonly<Record<string, unknown>>;

/**
 * Sets how functions are invoked asynchronously, then starts every rule; refuses targets that are
 * no functions.
 */
export const deployRules = (deployment: Deployment): void => {
  configureInvocations(deployment);
  for (const rule of deployment.resources.ofType('AWS::Events::Rule')) {
    deployRule(rule, targetsOf(rule, deployment), deployment);
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
    const everySeconds = ratePeriodSeconds(String(ScheduleExpression), where);
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
      throw new NotModelledError(`${where}: anything but the latest version of a function here`);
    }
    invocations.configure(target.arn, {
      ...(MaximumRetryAttempts === undefined ? {} : { retries: Number(MaximumRetryAttempts) }),
      ...(MaximumEventAgeInSeconds === undefined
        ? {}
        : { oldestEventSeconds: Number(MaximumEventAgeInSeconds) }),
    });
  }
};

// RetryPolicy is about handing the event over to Lambda, which never fails on one machine. What a
// function's own errors lead to is the matter of AWS::Lambda::EventInvokeConfig.
const knownTargetProperties = new Set(['Arn', 'Id', 'Input', 'RetryPolicy']);

const targetsOf = ({ properties, where }: Resource, { functions }: Deployment): RuleTarget[] =>
  ((properties.Targets ?? []) as readonly Properties[]).map((target) => {
    const unknown = Object.keys(target).find((name) => !knownTargetProperties.has(name));
    if (unknown) throw new NotModelledError(`${where}: a target's ${unknown}`);
    const functionArn = String(target.Arn);
    if (!functions.has(functionArn))
      throw new NotModelledError(`${where}: a target that is no function here`);
    return target.Input === undefined
      ? { functionArn }
      : { functionArn, input: JSON.parse(String(target.Input)) };
  });
