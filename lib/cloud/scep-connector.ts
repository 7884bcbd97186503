import type { ICertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import { toAdministeredConnector } from './administration.ts';
import { ConnectorAlarms } from './alarms.ts';
import { ChallengeRotation, type ChallengeRotationDeclaration } from './challenge-rotation.ts';
import type { ConnectorResources } from './connector.ts';
import { ConnectorSecrets } from './connector-secrets.ts';
import {
  type ConnectorDeclaration,
  computeRaRotationDays,
  toConnectorSettings,
} from './connector-settings.ts';
import { createConnectorStack } from './connector-stack.ts';
import { DeclarationError } from './declaration-error.ts';
import { checkConnector } from './declared-members.ts';
import { DescribedAuthority } from './described-authority.ts';
import { addDeviceRoutes, countDeviceRoutes, type DeviceThrottle } from './device-routes.ts';
import { IntuneCredential } from './intune-credential.ts';
import { Issuance } from './issuance.ts';
import {
  type IssuingAuthority,
  resolveIssuingAuthority,
  type UsageMode,
} from './issuing-authority.ts';
import { applyToFunctionLogs } from './log-group.ts';
import { NdesAdminPage, type NdesAdminPageDeclaration, pageRoutes } from './ndes-admin-page.ts';
import { createOutput } from './output.ts';
import { toPascalCase } from './pascal-case.ts';
import { RaIdentity } from './ra-identity.ts';
import { Revocation } from './revocation.ts';
import { createScepFunction } from './scep-function.ts';
import type { ScepService } from './scep-service.ts';

/** The declaration of a connector. */
export interface ScepConnectorProps extends ConnectorDeclaration {
  /** The service that the connector belongs to, in the same stack. */
  readonly service: ScepService;
  /**
   * The last segment of the connector's URL: a-z, 0-9 and "-", at most 32 characters. Never change
   * it.
   */
  readonly connectorId: string;
  /**
   * The CA that issues: `ShortLivedRootAuthority`, or
   * `CertificateAuthority.fromCertificateAuthorityArn` of aws-cdk-lib/aws-acmpca. Its Region and
   * account are those of the stack.
   */
  readonly certificateAuthority: ICertificateAuthority;
  /**
   * The mode of an imported CA. It sets the defaults and the limits of how long certificates live.
   *
   * @default - the mode of a `ShortLivedRootAuthority`, otherwise GENERAL_PURPOSE
   */
  readonly usageMode?: UsageMode;
  /**
   * Whether it also answers at /cgi-bin/pkiclient.exe, for clients that can configure only a host.
   * One connector per service may.
   *
   * @default false
   */
  readonly ownsRootPath?: boolean;
  /**
   * Whether an MDM with an NDES integration (Jamf Pro, Workspace ONE, Fleet) gets one-time
   * challenges at `/scep/<id>/mscep_admin`, by HTTP Basic authentication. Anyone with its password
   * can enrol any name the profile allows.
   *
   * @default false
   */
  readonly ndesAdminPage?: boolean | NdesAdminPageDeclaration;
  /**
   * A static challenge that is created and rotated on a schedule, for MDMs that fetch it.
   *
   * @default - none
   */
  readonly challengeRotation?: ChallengeRotationDeclaration;
  /**
   * Requests per second that each of its paths admits, with POST counted apart from other methods.
   *
   * @default - `throttle` of its service
   */
  readonly throttle?: Partial<DeviceThrottle>;
  /**
   * Concurrency that is reserved for its Certify function and limits it. AWS leaves at least 100
   * unreserved, so a new account with its pool of 10 can reserve nothing.
   *
   * @default - all functions share the account's pool
   */
  readonly reservedConcurrency?: number;
}

/** A connector that is declared here or in another app. */
export interface IScepConnector extends IConstruct {
  /** The id in its URL, and in its ARN at the admin API. */
  readonly connectorId: string;
  /** The URL that an MDM or a device is given. */
  readonly url: string;
}

/** A connector of another app, as its stack's outputs describe it. */
export interface ScepConnectorAttributes {
  /** The connector's id. */
  readonly connectorId: string;
  /** The connector's SCEP URL: the output `<Connector>ScepUrl`. */
  readonly url: string;
}

/**
 * One connector: a SCEP URL, its CA, and the limits of its certificates' contents. Throws a
 * `DeclarationError` for a certificate that its CA would not issue or no device could use.
 */
export class ScepConnector extends Construct implements IScepConnector {
  /** A connector that another app deploys. Nothing is made or checked here. */
  static fromScepConnectorAttributes(
    scope: Construct,
    id: string,
    attributes: ScepConnectorAttributes,
  ): IScepConnector {
    return new ImportedScepConnector(scope, id, attributes);
  }

  readonly connectorId: string;
  readonly url: string;
  /**
   * The username and password of its mscep_admin page, as JSON; undefined without that page.
   * `grantRead` lets an MDM's function read it.
   */
  readonly ndesAdminSecret: ISecret | undefined;
  /** Add an action to each: `connector.alarms.forEach((alarm) => alarm.addAlarmAction(...))`. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ScepConnectorProps) {
    super(scope, id);
    checkConnector(props, '');
    const { service, connectorId, ownsRootPath = false } = props;
    refuseBadId(connectorId);
    this.connectorId = connectorId;
    refuseChallengesBesideIntune(props);
    refuseReservedConcurrency(props.reservedConcurrency);
    const certificateAuthority = resolveIssuingAuthority(
      this,
      props.certificateAuthority,
      props.usageMode,
    );
    const settings = toConnectorSettings(props, certificateAuthority.usageMode);
    const rotationDays = computeRaRotationDays(props, certificateAuthority.usageMode);
    service.registerConnector(this, {
      connectorId,
      ownsRootPath,
      routes: countDeviceRoutes(connectorId, ownsRootPath) + (props.ndesAdminPage ? pageRoutes : 0),
    });
    // Its resources are in a nested stack; its outputs are the app's.
    const parts = createConnectorStack(this, connectorId);

    const { tables, certificatesPerSecond, removalPolicy } = service;
    const connector: ConnectorResources = {
      connectorId,
      connectorSettings: JSON.stringify(settings),
      certificateAuthority,
      secrets: new ConnectorSecrets(parts, 'Secrets', { connectorId, removalPolicy }),
      tables,
      certificatesPerSecond,
      ...(settings.intune && {
        intune: new IntuneCredential(parts, 'Intune', { connectorId, intune: settings.intune }),
      }),
    };
    const ra = new RaIdentity(parts, 'Ra', { ...connector, rotationDays });
    // No RA certificate is issued by a CA that the deployment refuses.
    const described = describeAuthority(parts, connectorId, certificateAuthority, settings);
    if (described) ra.node.addDependency(described);
    const { reservedConcurrency } = props;
    const { stateMachine, certify } = new Issuance(parts, 'Issuance', {
      ...connector,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    });
    const { revoke } = new Revocation(parts, 'Revocation', connector);
    const scep = createScepFunction(parts, { ...connector, raSecret: ra.secret, stateMachine });

    const alarms = new ConnectorAlarms(parts, 'Alarms', {
      connectorId,
      settings,
      rotationDays,
      rotate: ra.rotate,
      stateMachine,
      scepLog: scep.logGroup,
      certifyLog: certify.logGroup,
      revokeLog: revoke.logGroup,
    });
    const page = ndesAdminPage(parts, props, connector);
    this.ndesAdminSecret = page?.credential;
    this.alarms = page ? [...alarms.all, page.alarm] : alarms.all;
    addDeviceRoutes(parts, service.deviceApi, scep, {
      connectorId,
      ownsRootPath,
      throttle: { post: service.throttle, get: service.throttle, ...props.throttle },
    });
    this.url = `${service.deviceApi.apiEndpoint}/scep/${connectorId}`;
    service.directory.add(parts, {
      ...toAdministeredConnector(connector, this.url),
      stateMachineArn: stateMachine.stateMachineArn,
    });
    service.addToAdministration(connector);
    service.addToDispatcher(stateMachine);
    service.addToCost({
      usageMode: certificateAuthority.usageMode,
      validityDays: settings.profile.validityDays,
    });
    if (props.challengeRotation)
      new ChallengeRotation(parts, 'ChallengeRotation', {
        ...connector,
        rotation: props.challengeRotation,
        scepUrl: this.url,
      });
    service.addToDashboard(parts, {
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
    applyToFunctionLogs(parts, removalPolicy);
    createOutput(this, `${toPascalCase(connectorId)}ScepUrl`, this.url);
  }
}

class ImportedScepConnector extends Construct implements IScepConnector {
  readonly connectorId: string;
  readonly url: string;

  constructor(scope: Construct, id: string, { connectorId, url }: ScepConnectorAttributes) {
    super(scope, id);
    this.connectorId = connectorId;
    this.url = url;
  }
}

/** A CA that this stack makes is known: it is an RSA root, and CloudFormation activates it. */
function describeAuthority(
  scope: Construct,
  connectorId: string,
  certificateAuthority: IssuingAuthority,
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
