/**
 * Custom resources: each invokes its function with CloudFormation's event, and waits for the answer
 * at a response URL on this machine.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Resource } from '../template/resources.ts';
import { pseudoParameters } from '../template/template.ts';
import type { Deployment } from './deployment.ts';

/** The answer, as much of it as the runner uses. */
interface Answer {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly Data?: Readonly<Record<string, string>>;
}

/** CloudFormation's own timeout is an hour; a resource that declares none is a mistake here. */
const defaultTimeoutSeconds = 60;

/**
 * Creates every custom resource at every start, and publishes its attributes. Throws the reason of
 * one that fails, that does not answer in time, or whose function ends without an answer.
 */
export const deployCustomResources = async (deployment: Deployment): Promise<void> => {
  const resources = deployment.resources.ofType('Custom::ScepCertificateAuthority');
  for (const resource of resources) {
    const { Status, Reason, PhysicalResourceId, Data = {} } = await create(resource, deployment);
    if (Status !== 'SUCCESS') throw new Error(`${resource.where}: ${String(Reason)}`);
    if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '')
      throw new Error(`${resource.where}: the answer has no PhysicalResourceId`);
    deployment.resources.publish(resource.logicalId, Data);
  }
};

const create = async (
  { logicalId, where, properties }: Resource,
  { functions }: Deployment,
): Promise<Answer> => {
  const { ServiceToken, ServiceTimeout, ...own } = properties;
  const pool = functions.get(String(ServiceToken));
  if (!pool) throw new Error(`${where}: no function ${String(ServiceToken)}`);
  const path = `/${randomUUID()}`;
  const { server, answered } = await listen(path);
  const seconds = Number(ServiceTimeout ?? defaultTimeoutSeconds);
  const timeout = AbortSignal.timeout(seconds * 1000);
  const late = new Promise<never>((_, reject) => {
    timeout.onabort = () => reject(new Error(`${where}: no answer within ${seconds} s`));
  });
  const invoked = pool
    .invoke({
      RequestType: 'Create',
      ServiceToken,
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      StackId: pseudoParameters['AWS::StackId'],
      RequestId: randomUUID(),
      ResourceType: 'Custom::ScepCertificateAuthority',
      LogicalResourceId: logicalId,
      ResourceProperties: { ServiceToken, ...own },
    })
    .then((result) => {
      if (!result.ok) throw new Error(`${where}: ${result.error.errorType}`);
      // It ended. An answer that it sent has arrived by now.
      return new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(`${where}: the function did not answer`)), 1000).unref(),
      );
    });
  try {
    return await Promise.race([answered, invoked, late]);
  } finally {
    server.close();
    server.closeAllConnections();
    invoked.catch(() => undefined);
  }
};

/** Accepts one PUT, as S3 does at a presigned URL: without a Content-Type, which is not signed. */
const listen = async (
  path: string,
): Promise<{ readonly server: Server; readonly answered: Promise<Answer> }> => {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  promise.catch(() => undefined);
  const server = createServer((request, response) => {
    const isSigned =
      request.method === 'PUT' && request.url === path && !request.headers['content-type'];
    response.writeHead(isSigned ? 200 : 403).end();
    if (isSigned) json(request).then((answer) => resolve(answer as Answer), reject);
    else request.resume();
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return { server, answered: promise };
};
