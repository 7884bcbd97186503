/** HTTP APIs, each with its server, routes, throttle and access log. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Console } from '../console/console.ts';
import type { Invoke } from '../functions/invocation.ts';
import { createAccessLogFormatter } from '../http-api/access-log.ts';
import type { HttpApi, Integration } from '../http-api/http-api.ts';
import type { Route } from '../http-api/routes.ts';
import type { HttpApiServer } from '../http-api/server.ts';
import type { Resource, Resources } from '../template/resources.ts';
import { NotModelledError, pseudoParameters } from '../template/template.ts';
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts';
import type { Deployment } from './deployment.ts';

/**
 * The two servers: one for devices, and one for callers whose requests AWS requires to be signed.
 */
export interface HttpApiServers {
  readonly device: HttpApiServer;
  readonly admin: HttpApiServer;
}

type Properties = Readonly<Record<string, unknown>>;

const maxIntegrationMilliseconds = 30_000;

// The limits of a Region, for a stage without its own.
const accountRatePerSecond = 10_000;
const accountBurst = 5_000;

/** Gives each API its server's URL. Call it before anything resolves `ApiEndpoint`. */
export const publishApiEndpoints = (resources: Resources, servers: HttpApiServers): void => {
  const taken = new Set<HttpApiServer>();
  for (const api of resources.ofType('AWS::ApiGatewayV2::Api')) {
    const server = chooseServer(api, resources, servers);
    if (taken.has(server)) throw new NotModelledError(`${api.where}: a second API of its kind`);
    taken.add(server);
    resources.publish(api.logicalId, { ApiEndpoint: server.url });
  }
};

/** Deploys the APIs on their servers, and the console beside the admin API. Then they serve. */
export const deployHttpApis = (
  deployment: Deployment,
  servers: HttpApiServers,
  console?: Console,
): void => {
  for (const api of deployment.resources.ofType('AWS::ApiGatewayV2::Api')) {
    if (api.properties.ProtocolType !== 'HTTP')
      throw new NotModelledError(`${api.where}: a WebSocket API`);
    const server = chooseServer(api, deployment.resources, servers);
    const deployed = {
      apiId: api.reference,
      accountId: pseudoParameters['AWS::AccountId'],
      port: server.port,
      routes: readRoutes(api, deployment),
      ...readStage(api, deployment),
    };
    server.serve(deployed, server === servers.admin ? console : undefined);
  }
};

const findByApi = (api: Resource, resources: Resources, type: string): Resource[] =>
  resources.ofType(type).filter(({ properties }) => properties.ApiId === api.reference);

/**
 * An API whose routes all require a signature (AWS_IAM) is on the admin server. The signature is
 * not verified. Only this machine can reach the port, and its users can read the state directory
 * too.
 */
const chooseServer = (
  api: Resource,
  resources: Resources,
  servers: HttpApiServers,
): HttpApiServer => {
  const routes = findByApi(api, resources, 'AWS::ApiGatewayV2::Route');
  const kinds = new Set(routes.map(({ properties }) => properties.AuthorizationType ?? 'NONE'));
  const [kind, ...others] = kinds;
  if (others.length > 0)
    throw new NotModelledError(`${api.where}: routes of more than one authorization type`);
  if (kind === 'AWS_IAM') return servers.admin;
  if (kind === 'NONE' || kind === undefined) return servers.device;
  throw new NotModelledError(`${api.where}: the authorization type ${String(kind)}`);
};

const readRoutes = (api: Resource, { resources, functions }: Deployment): Route<Integration>[] => {
  const integrations = new Map(
    findByApi(api, resources, 'AWS::ApiGatewayV2::Integration').map((integration) => [
      `integrations/${integration.reference}`,
      integration,
    ]),
  );
  return findByApi(api, resources, 'AWS::ApiGatewayV2::Route').map(({ properties, where }) => {
    const integration = integrations.get(String(properties.Target));
    if (!integration) throw new Error(`${where}: no integration ${String(properties.Target)}`);
    const pool = functions.get(String(integration.properties.IntegrationUri));
    if (!pool)
      throw new NotModelledError(
        `${integration.where}: an integration that is not a function of the template`,
      );
    return { key: String(properties.RouteKey), target: readIntegration(integration, pool.invoke) };
  });
};

const readIntegration = ({ properties, where }: Resource, invoke: Invoke): Integration => {
  const { IntegrationType, PayloadFormatVersion, TimeoutInMillis } = properties;
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0') {
    throw new NotModelledError(
      `${where}: an integration other than AWS_PROXY with payload format 2.0`,
    );
  }
  return { invoke, timeoutMilliseconds: Number(TimeoutInMillis ?? maxIntegrationMilliseconds) };
};

const readStage = (
  api: Resource,
  { resources, logsDirectory }: Deployment,
): Pick<HttpApi, 'throttle' | 'routeThrottles' | 'log'> => {
  const [stage, ...others] = findByApi(api, resources, 'AWS::ApiGatewayV2::Stage');
  if (stage?.properties.StageName !== '$default' || others.length > 0) {
    throw new NotModelledError(`${api.where}: stages other than one $default`);
  }
  const { where, properties } = stage;
  return {
    throttle: createThrottle(properties.DefaultRouteSettings, where),
    routeThrottles: createRouteThrottles(
      stage,
      findByApi(api, resources, 'AWS::ApiGatewayV2::Route'),
    ),
    log: openAccessLog(api, stage, logsDirectory),
  };
};

/** Creates a bucket for each route with its own settings; refuses settings of a missing route. */
const createRouteThrottles = (
  { properties, where }: Resource,
  routes: readonly Resource[],
): Map<string, TokenBucket> => {
  const settings = Object.entries((properties.RouteSettings ?? {}) as Properties);
  const keys = new Set(routes.map((route) => String(route.properties.RouteKey)));
  const unknown = settings.find(([key]) => !keys.has(key));
  if (unknown) throw new Error(`${where}: settings of the missing route ${unknown[0]}`);
  return new Map(settings.map(([key, limits]) => [key, createThrottle(limits, where)]));
};

const knownSettings = new Set([
  'ThrottlingRateLimit',
  'ThrottlingBurstLimit',
  'DetailedMetricsEnabled',
]);

const createThrottle = (given: unknown, where: string): TokenBucket => {
  const settings = (given ?? {}) as Properties;
  const unknown = Object.keys(settings).find((name) => !knownSettings.has(name));
  if (unknown) throw new NotModelledError(`${where}: the route setting ${unknown}`);
  const { ThrottlingRateLimit, ThrottlingBurstLimit } = settings;
  return createTokenBucket(
    Number(ThrottlingRateLimit ?? accountRatePerSecond),
    Number(ThrottlingBurstLimit ?? accountBurst),
  );
};

const openAccessLog = (
  api: Resource,
  { properties, where }: Resource,
  logsDirectory: string,
): HttpApi['log'] => {
  const settings = properties.AccessLogSettings as { readonly Format?: string } | undefined;
  if (!settings) return () => {};
  const line = createAccessLogFormatter(settings.Format ?? '', where);
  const path = join(logsDirectory, `access-${api.logicalId}.log`);
  return (entry) => appendFileSync(path, `${line(entry)}\n`, { mode: 0o600 });
};
