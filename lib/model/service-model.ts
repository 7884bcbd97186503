/**
 * The service model by which AWS's tools call the admin API. It is generated from the same table as
 * the API.
 */
import { type OperationRoute, operations } from '../../lambda/admin/api/operations.ts';
import { faults, shapes } from './shapes.ts';

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
      },
    ]),
  ),
  shapes,
};
