import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ChallengeRotation as Rotation } from '../../lambda/admin/challenges/scheduled-rotation.ts';
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import { ConnectorAlarms } from './alarms.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { ChallengeRotation } from './challenge-rotation.ts';
import type { ConnectorResources } from './connector.ts';
import { ConnectorSecrets } from './connector-secrets.ts';
import {
  type ConnectorDeclaration,
  computeRaRotationDays,
  toConnectorSettings,
} from './connector-settings.ts';
import { DeclarationError } from './declaration-error.ts';
import { checkConnector } from './declared-members.ts';
import { DescribedAuthority } from './described-authority.ts';
import { addDeviceRoutes, type DeviceThrottle } from './device-routes.ts';
import { IntuneCredential } from './intune-credential.ts';
import { Issuance } from './issuance.ts';
import { applyToFunctionLogs } from './log-group.ts';
import { NdesAdminPage, type NdesAdminPageDeclaration } from './ndes-admin-page.ts';
import { toPascalCase } from './pascal-case.ts';
import { RaIdentity } from './ra-identity.ts';
import { Revocation } from './revocation.ts';
import { createScepFunction } from './scep-function.ts';
import type { ScepService } from './scep-service.ts';

export interface ScepConnectorProps extends ConnectorDeclaration {
  readonly service: ScepService;
  /**
   * The last segment of the connector's URL: a-z, 0-9 and "-", at most 32 characters. Never change
   * it.
   */
  readonly connectorId: string;
  readonly certificateAuthority: CertificateAuthority;
  /**
   * Whether it also answers at /cgi-bin/pkiclient.exe, for clients that can configure only a host.
   * One connector per service may.
   */
  readonly ownsRootPath?: boolean;
  /**
   * Whether an MDM with an NDES integration (Jamf Pro, Workspace ONE, Fleet) gets one-time
   * challenges at `/scep/<id>/mscep_admin`, by HTTP Basic authentication. Anyone with its password
   * can enrol any name the profile allows. Default: false.
   */
  readonly ndesAdminPage?: boolean | NdesAdminPageDeclaration;
  /**
   * A static challenge that is created and rotated on a schedule, for MDMs that fetch it. Default:
   * none.
   */
  readonly challengeRotation?: Rotation;
  /**
   * Requests per second that each of its paths admits, with POST counted apart from other methods.
   * Default: `throttle` of its service.
   */
  readonly throttle?: Partial<DeviceThrottle>;
  /**
   * Concurrency that is reserved for its Certify function and limits it. By default all functions
   * share the account's pool. AWS leaves at least 100 unreserved, so a new account with its pool of
   * 10 can reserve nothing.
   */
  readonly reservedConcurrency?: number;
}

/**
 * One connector: a SCEP URL, its CA, and the limits of its certificates' contents. Throws a
 * `DeclarationError` for a certificate that its CA would not issue or no device could use.
 */
export class ScepConnector extends Construct {
  readonly url: string;
  /** Add an action to each: `connector.alarms.forEach((alarm) => alarm.addAlarmAction(...))`. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ScepConnectorProps) {
    super(scope, id);
    checkConnector(props, '');
    const { service, connectorId, certificateAuthority, ownsRootPath = false } = props;
    refuseBadId(connectorId);
    refuseChallengesBesideIntune(props);
    refuseReservedConcurrency(props.reservedConcurrency);
    const settings = toConnectorSettings(props, certificateAuthority.usageMode);
    const rotationDays = computeRaRotationDays(props, certificateAuthority.usageMode);
    service.registerConnector(this, connectorId, ownsRootPath);

    const { tables, certificatesPerSecond, removalPolicy } = service;
    const connector: ConnectorResources = {
      connectorId,
      connectorSettings: JSON.stringify(settings),
      certificateAuthority,
      secrets: new ConnectorSecrets(this, 'Secrets', { connectorId, removalPolicy }),
      tables,
      certificatesPerSecond,
      ...(settings.intune && {
        intune: new IntuneCredential(this, 'Intune', { connectorId, intune: settings.intune }),
      }),
    };
    const ra = new RaIdentity(this, 'Ra', { ...connector, rotationDays });
    // No RA certificate is issued by a CA that the deployment refuses.
    const described = describeAuthority(this, connectorId, certificateAuthority, settings);
    if (described) ra.node.addDependency(described);
    const { reservedConcurrency } = props;
    const { stateMachine, certify } = new Issuance(this, 'Issuance', {
      ...connector,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    });
    const { revoke } = new Revocation(this, 'Revocation', connector);
    const scep = createScepFunction(this, { ...connector, raSecret: ra.secret, stateMachine });

    const alarms = new ConnectorAlarms(this, 'Alarms', {
      connectorId,
      settings,
      rotationDays,
      rotate: ra.rotate,
      stateMachine,
      scepLog: scep.logGroup,
      certifyLog: certify.logGroup,
      revokeLog: revoke.logGroup,
    });
    const page = ndesAdminPage(this, props, connector);
    this.alarms = page ? [...alarms.all, page.alarm] : alarms.all;
    addDeviceRoutes(service.deviceApi, scep, {
      connectorId,
      ownsRootPath,
      throttle: { post: service.throttle, get: service.throttle, ...props.throttle },
    });
    this.url = `${service.deviceApi.apiEndpoint}/scep/${connectorId}`;
    service.addToAdministration(connector, this.url);
    service.addToDispatcher(connectorId, stateMachine);
    service.addToCost({
      usageMode: certificateAuthority.usageMode,
      validityDays: settings.profile.validityDays,
    });
    if (props.challengeRotation)
      new ChallengeRotation(this, 'ChallengeRotation', {
        ...connector,
        rotation: props.challengeRotation,
        scepUrl: this.url,
      });
    service.addToDashboard({
      connectorId,
      scep,
      certify,
      revoke,
      rotate: ra.rotate,
      stateMachine,
      alarms: this.alarms,
      raDaysLeft: alarms.raDaysLeft,
      caDaysLeft: alarms.caDaysLeft,
      caThrottled: alarms.caThrottled,
    });
    applyToFunctionLogs(this, removalPolicy);
    new CfnOutput(Stack.of(this), `${toPascalCase(connectorId)}ScepUrl`, { value: this.url });
  }
}

/** A CA that this stack makes is known: it is an RSA root, and CloudFormation activates it. */
function describeAuthority(
  scope: Construct,
  connectorId: string,
  certificateAuthority: CertificateAuthority,
  { signingAlgorithm }: ConnectorSettings,
): DescribedAuthority | undefined {
  if (certificateAuthority.activation === undefined)
    return new DescribedAuthority(scope, 'CertificateAuthority', {
      ...{ connectorId, certificateAuthority, signingAlgorithm },
    });
  if (signingAlgorithm.endsWith('WITHRSA')) return undefined;
  throw new DeclarationError(
    'badSigningAlgorithm',
    `signingAlgorithm is ${signingAlgorithm}, but the CA has an RSA key. Give SHA256WITHRSA, SHA384WITHRSA or SHA512WITHRSA.`,
  );
}

function ndesAdminPage(
  scope: Construct,
  { service, ndesAdminPage: declared = false }: ScepConnectorProps,
  connector: ConnectorResources,
): NdesAdminPage | undefined {
  if (declared === false) return undefined;
  const declaration = declared === true ? {} : declared;
  return new NdesAdminPage(scope, 'NdesAdmin', {
    ...declaration,
    connector,
    api: service.deviceApi,
  });
}

/**
 * Intune creates its connector's challenges, so it would refuse challenges of a page or a schedule.
 */
function refuseChallengesBesideIntune(props: ScepConnectorProps): void {
  if (!props.intune || !(props.ndesAdminPage || props.challengeRotation)) return;
  throw new DeclarationError(
    'badIntune',
    `Connector "${props.connectorId}" has intune and ${props.ndesAdminPage ? 'ndesAdminPage' : 'challengeRotation'}. ` +
      'Give the other one its own connector, because Intune devices use Intune’s challenges.',
  );
}

function refuseReservedConcurrency(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1)) return;
  throw new DeclarationError(
    'badReservedConcurrency',
    `reservedConcurrency is ${count}. Give a whole number from 1, or omit it; with 0 nothing would be issued.`,
  );
}

function refuseBadId(connectorId: string): void {
  if (/^[a-z0-9-]{1,32}$/.test(connectorId)) return;
  throw new DeclarationError(
    'badConnectorId',
    `connectorId is "${connectorId}". It must be 1 to 32 characters of a-z, 0-9 and "-", because URLs and keys contain it.`,
  );
}
