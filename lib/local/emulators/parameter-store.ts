/** The part of Systems Manager's Parameter Store (2014-11-06) that the app uses. */
import { formatArn } from '../template/resource-names.ts';
import { AwsError, type AwsService, type Json } from './aws-service.ts';
import { applyModel, readServiceModel } from './service-model.ts';

/** The emulator, and the additional operation for deploying a template. */
export interface ParameterStore extends AwsService {
  /** Sets a parameter; the template is its only source, so nothing is stored on disk. */
  readonly put: (name: string, value: string) => void;
}

/** A page without MaxResults, and the largest page. */
const maxPageSize = 10;

/** Creates the emulator without parameters. */
export const createParameterStore = (): ParameterStore => {
  const values = new Map<string, string>();
  const getParametersByPath = (input: Json): Json => {
    const path = String(input.Path).replace(/\/?$/, '/');
    const names = [...values.keys()]
      .filter((name) => name.startsWith(path) && isListed(name.slice(path.length), input))
      .toSorted();
    const start = readStart(input.NextToken, names);
    const end = start + Number(input.MaxResults ?? maxPageSize);
    return {
      Parameters: names.slice(start, end).map((name) => ({
        Name: name,
        Type: 'String',
        Value: values.get(name),
        Version: 1,
        ARN: formatArn('ssm', `parameter${name}`),
        DataType: 'text',
      })),
      ...(end < names.length && { NextToken: names[end] }),
    };
  };
  return {
    name: 'Parameter Store',
    targetPrefix: 'AmazonSSM',
    operations: applyModel(
      { GetParametersByPath: getParametersByPath },
      readServiceModel('ssm.json'),
    ),
    put: (name, value) => void values.set(name, value),
  };
};

/** Only the level below the path, unless the request is recursive. */
const isListed = (rest: string, { Recursive }: Json): boolean =>
  Recursive === true || !rest.includes('/');

/** A token is the name at which the next page begins. */
const readStart = (token: unknown, names: readonly string[]): number => {
  if (token === undefined) return 0;
  const start = names.indexOf(String(token));
  if (start < 0) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  return start;
};
