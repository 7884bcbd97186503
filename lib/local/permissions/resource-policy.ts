/** The resource policies of functions: which service may invoke which function, and for what. */
import type { Resources } from '../template/resources.ts';
import { pseudoParameters } from '../template/template.ts';

/** An invocation by a service on behalf of one of the account's resources. */
export interface ServiceInvocation {
  readonly functionArn: string;
  readonly service: string;
  /** The resource that the service acts for. */
  readonly sourceArn: string;
}

/**
 * Whether an `AWS::Lambda::Permission` allows the invocation. A condition that it does not have
 * holds for every source.
 */
export const canServiceInvoke = (
  resources: Resources,
  { functionArn, service, sourceArn }: ServiceInvocation,
): boolean => {
  const names = [functionArn, functionArn.split(':').at(-1)];
  return resources.ofType('AWS::Lambda::Permission').some(({ properties }) => {
    const { Action, FunctionName, Principal, SourceAccount, SourceArn } = properties;
    return (
      Action === 'lambda:InvokeFunction' &&
      Principal === service &&
      names.includes(String(FunctionName)) &&
      (SourceAccount === undefined || SourceAccount === pseudoParameters['AWS::AccountId']) &&
      (SourceArn === undefined || SourceArn === sourceArn)
    );
  });
};
