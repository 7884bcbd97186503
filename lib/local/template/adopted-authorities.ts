/** Existing CAs that a template names by their ARNs. */
import { pseudoParameters, type Template } from './template.ts';

const literalArn = /arn:aws[\w-]*:acm-pca:([\w-]+:\d{12}):certificate-authority\/[0-9a-f-]{36}/g;

/** The ARNs of a template's existing CAs. */
export const findNamedAuthorities = (template: Template): string[] => [
  ...new Set(JSON.stringify(template).match(literalArn)),
];

/**
 * Moves the existing CAs of one account and Region, those of the first one, into the account and
 * Region that are emulated here: a stack is deployed where its CA is. A CA of another account or
 * Region stays there, and the deployment refuses it, as AWS does.
 */
export const adoptAuthorities = (template: Template): Template => {
  const text = JSON.stringify(template);
  const place = [...text.matchAll(literalArn)][0]?.[1];
  if (place === undefined) return template;
  const { 'AWS::Region': region, 'AWS::AccountId': account } = pseudoParameters;
  return JSON.parse(text.replaceAll(`:acm-pca:${place}:`, `:acm-pca:${region}:${account}:`));
};
