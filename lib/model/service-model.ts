/**
 * The service model by which AWS's tools call the admin API. It is generated from the same table as
 * the API.
 */
import {
  type OperationName,
  type OperationRoute,
  operations,
} from '../../lambda/admin/api/operations.ts';
import { memberDocumentation, operationDocumentation } from './documentation.ts';
import { faults, type Shape, shapes } from './shapes.ts';

const apiVersion = '2026-11-23';

/**
 * The model, in the form of `aws configure add-model`. It signs for execute-api, as API Gateway
 * requires.
 */
export const serviceModel = {
  version: '2.0',
  metadata: {
    apiVersion,
    endpointPrefix: 'scep-connector',
    protocol: 'rest-json',
    protocols: ['rest-json'],
    serviceFullName: 'scep-connector administration',
    serviceId: 'Scep Connector',
    signatureVersion: 'v4',
    signingName: 'execute-api',
    uid: `scep-connector-${apiVersion}`,
  },
  operations: Object.fromEntries(
    Object.entries<OperationRoute>(operations).map(([name, { method, path, label, status }]) => [
      name,
      {
        name,
        http: {
          method,
          requestUri: label === undefined ? path : `${path}/{${label}}`,
          responseCode: status,
        },
        input: { shape: `${name}Request` },
        ...(`${name}Response` in shapes && { output: { shape: `${name}Response` } }),
        errors: Object.keys(faults).map((shape) => ({ shape })),
        documentation: operationDocumentation[name as OperationName],
      },
    ]),
  ),
  shapes: Object.fromEntries(
    Object.entries<Shape>(shapes).map(([name, shape]) => [name, documentMembers(shape)]),
  ),
};

/** The lists that the tools page through by themselves, with `--max-items`. */
export const paginators = {
  pagination: Object.fromEntries(
    Object.entries({
      ListConnectors: 'Connectors',
      ListChallengeMetadata: 'Challenges',
      ListEnrolments: 'Enrolments',
    }).map(([operation, result_key]) => [
      operation,
      { input_token: 'NextToken', output_token: 'NextToken', limit_key: 'MaxResults', result_key },
    ]),
  ),
};

function documentMembers(shape: Shape): Shape {
  if (shape.type !== 'structure') return shape;
  const members = Object.entries(shape.members as Readonly<Record<string, Shape>>).map(
    ([name, member]) => [name, { ...member, documentation: memberDocumentation[name] }],
  );
  return { ...shape, members: Object.fromEntries(members) };
}
