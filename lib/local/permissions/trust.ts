/** A role's trust policy: the services that can assume it, and for which of their resources. */
import { readCondition } from './condition.ts';

/** Whether a service can assume the role on behalf of one of its resources. */
export type Trust = (service: string, resourceArn: string, account: string) => boolean;

const knownElements = new Set(['Sid', 'Effect', 'Action', 'Principal', 'Condition']);

/**
 * Reads the statements; throws an error that names the unmodelled part. Only services are modelled
 * as principals.
 */
export const readTrust = (statements: readonly Readonly<Record<string, unknown>>[]): Trust => {
  const trusted = statements.map((statement) => {
    const unknown = Object.keys(statement).find((element) => !knownElements.has(element));
    if (unknown !== undefined) throw new Error(`the trust policy's element ${unknown}`);
    if (statement.Effect !== 'Allow') throw new Error(`the effect ${String(statement.Effect)}`);
    const { Service = [] } = (statement.Principal ?? {}) as { readonly Service?: unknown };
    return {
      services: [statement.Action].flat().includes('sts:AssumeRole') ? [Service].flat() : [],
      holds: readCondition(statement.Condition),
    };
  });
  return (service, resourceArn, account) => {
    const context = { 'aws:SourceArn': [resourceArn], 'aws:SourceAccount': [account] };
    return trusted.some(({ services, holds }) => services.includes(service) && holds(context));
  };
};
