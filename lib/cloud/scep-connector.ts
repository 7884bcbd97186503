import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ChallengeRotation as Rotation } from '../../lambda/admin/scheduled-rotation.ts';
import { ConnectorAlarms } from './alarms.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { ChallengeRotation } from './challenge-rotation.ts';
import type { Connector } from './connector.ts';
import { connectorKey } from './connector-key.ts';
import {
  type ConnectorDeclaration,
  connectorSettings,
  raRotationDays,
} from './connector-settings.ts';
import { DeclarationError } from './declaration-error.ts';
import { addDeviceRoutes } from './device-routes.ts';
import { IntuneCredential } from './intune-credential.ts';
import { IntuneRevocation } from './intune-revocation.ts';
import { Issuance } from './issuance.ts';
import { NdesAdminPage, type NdesAdminPageDeclaration } from './ndes-admin-page.ts';
import { pascalCase } from './pascal-case.ts';
import { RaIdentity } from './ra-identity.ts';
import { Reconciliation } from './reconciliation.ts';
import { scepFunction } from './scep-function.ts';
import type { ScepService } from './scep-service.ts';

export interface ScepConnectorProps extends ConnectorDeclaration {
  readonly service: ScepService;
  /** The last segment of the connector's URL, for good: a-z, 0-9 and "-", at most 32 characters. */
  readonly connectorId: string;
  readonly certificateAuthority: CertificateAuthority;
  /** Also answer at /cgi-bin/pkiclient.exe, for clients that know a host only. One connector of a service may. */
  readonly ownsRootPath?: boolean;
  /**
   * Whether an MDM that speaks NDES (Jamf Pro, Workspace ONE, Fleet) gets one-time challenges at `/scep/<id>/mscep_admin`, by
   * HTTP Basic authentication. Who has its password can enrol whatever the profile allows, so: default false.
   */
  readonly ndesAdminPage?: boolean | NdesAdminPageDeclaration;
  /** A static challenge that is made and rotated by itself, for MDMs that fetch it. Default: none. */
  readonly challengeRotation?: Rotation;
}

/**
 * One connector: a SCEP URL, the CA it issues from, and what its certificates may say. Refuses, with a
 * `DeclarationError`, what its CA would not issue or no device could use.
 */
export class ScepConnector extends Construct {
  readonly url: string;
  /** Give each what shall happen: `connector.alarms.forEach((alarm) => alarm.addAlarmAction(...))`. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ScepConnectorProps) {
    super(scope, id);
    const { service, connectorId, certificateAuthority, ownsRootPath = false } = props;
    refuseBadId(connectorId);
    refuseChallengesBesideIntune(props);
    const settings = connectorSettings(props, certificateAuthority.usageMode);
    const rotationDays = raRotationDays(props, certificateAuthority.usageMode);
    service.admit(this, connectorId, ownsRootPath);

    const connector: Connector = {
      connectorId,
      connectorSettings: JSON.stringify(settings),
      certificateAuthority,
      key: connectorKey(this, connectorId, service.removalPolicy),
      ledger: service.ledger,
      isBounded: service.isBounded,
      certificatesPerSecond: settings.certificatesPerSecond,
      ...(settings.intune && {
        intune: new IntuneCredential(this, 'Intune', { connectorId, intune: settings.intune }),
      }),
    };
    const ra = new RaIdentity(this, 'Ra', { ...connector, rotationDays });
    const { stateMachine, tasks } = new Issuance(this, 'Issuance', connector);
    new Reconciliation(this, 'Reconciliation', connector, stateMachine);
    const revocation =
      connector.intune &&
      new IntuneRevocation(this, 'Revocation', { ...connector, intune: connector.intune });
    const scep = scepFunction(this, { ...connector, ra, stateMachine });

    const alarms = new ConnectorAlarms(this, 'Alarms', {
      connectorId,
      settings,
      rotationDays,
      rotate: ra.rotate,
      scepLog: scep.logGroup,
      stateMachine,
      ...(revocation && { revocationLog: revocation.log }),
    });
    const page = ndesAdminPage(this, props, connector);
    this.alarms = page ? [...alarms.all, page.alarm] : alarms.all;
    addDeviceRoutes(service.deviceApi, scep, { connectorId, ownsRootPath });
    this.url = `${service.deviceApi.apiEndpoint}/scep/${connectorId}`;
    service.administer(connector, this.url);
    if (props.challengeRotation)
      new ChallengeRotation(this, 'ChallengeRotation', {
        ...connector,
        rotation: props.challengeRotation,
        scepUrl: this.url,
      });
    service.show({
      connectorId,
      scep,
      tasks,
      stateMachine,
      rotate: ra.rotate,
      alarms: this.alarms,
      raDaysLeft: alarms.raDaysLeft,
    });
    new CfnOutput(Stack.of(this), `${pascalCase(connectorId)}ScepUrl`, { value: this.url });
  }
}

function ndesAdminPage(
  scope: Construct,
  { service, ndesAdminPage: declared = false }: ScepConnectorProps,
  connector: Connector,
): NdesAdminPage | undefined {
  if (declared === false) return undefined;
  const declaration = declared === true ? {} : declared;
  return new NdesAdminPage(scope, 'NdesAdmin', {
    ...declaration,
    connector,
    api: service.deviceApi,
  });
}

/** Intune makes the challenges of its connector: a page or a schedule that makes others would let nobody in. */
function refuseChallengesBesideIntune(props: ScepConnectorProps): void {
  if (!props.intune || !(props.ndesAdminPage || props.challengeRotation)) return;
  throw new DeclarationError(
    'badIntune',
    `Connector "${props.connectorId}" has intune and ${props.ndesAdminPage ? 'ndesAdminPage' : 'challengeRotation'}. ` +
      'Give the other one a connector of its own: devices of Intune bring Intune’s challenges.',
  );
}

function refuseBadId(connectorId: string): void {
  if (/^[a-z0-9-]{1,32}$/.test(connectorId)) return;
  throw new DeclarationError(
    'badConnectorId',
    `connectorId is "${connectorId}". Use 1 to 32 of a-z, 0-9 and "-": it is part of a URL and of every key.`,
  );
}
