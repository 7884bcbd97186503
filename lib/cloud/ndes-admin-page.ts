/**
 * One connector's mscep_admin page, for MDMs that fetch one-time challenges as from NDES
 * (docs/decisions/011-mscep-admin.md).
 */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PageEncoding } from '../../lambda/admin/ndes/page.ts';
import type { ChallengeConstraints } from '../../lambda/names/challenge-limits.ts';
import { findConstraintsFault } from '../../lambda/names/challenge-limits.ts';
import {
  buildAdministrationEnvironment,
  grantAdminKeys,
  toAdministeredConnector,
} from './administration.ts';
import { grantPutEvents } from './audit.ts';
import { grantCalls } from './ca-grants.ts';
import type { ConnectorResources } from './connector.ts';
import { grantRead } from './connector-secrets.ts';
import { DeclarationError } from './declaration-error.ts';
import { createHandlerFunction } from './handler-function.ts';
import type { LoggedHttpApi } from './http-api.ts';
import { toKeyPatterns } from './key-patterns.ts';
import { fixLogicalId } from './logical-id.ts';
import { createOutput } from './output.ts';
import { toPascalCase } from './pascal-case.ts';
import { grantItems } from './table-grants.ts';

/** The options of the page; each has a default. */
export interface NdesAdminPageDeclaration {
  /**
   * The MDM's username: 1 to 64 of a-z, A-Z, 0-9 and `.-_@`.
   *
   * @default mscep
   */
  readonly username?: string;
  /**
   * The page's encoding: utf-16, as in NDES, or utf-8 for a reader that does not decode that.
   *
   * @default utf-16
   */
  readonly encoding?: PageEncoding;
  /**
   * Limits of every challenge that the page makes (docs/names.md). The page is not given the names
   * of a device, so these are the names of all devices of the MDM.
   *
   * @default - the connector's profile alone
   */
  readonly constraints?: ChallengeConstraints;
}

export interface NdesAdminPageProps extends NdesAdminPageDeclaration {
  readonly connector: ConnectorResources;
  readonly api: LoggedHttpApi;
}

type PageOptions = Required<Pick<NdesAdminPageProps, 'api' | 'encoding' | 'constraints'>>;

/**
 * Wrong passwords in five minutes. An MDM with an old password retries often, and so does an
 * attacker. A call without a password is not counted, because clients that support NTLM begin
 * with such a call.
 */
const maxRefusals = 20;

/** How many routes of the device API the page takes. */
export const pageRoutes = 2;

/**
 * The page with its function, its route, its credential and an alarm. Refuses a username that Basic
 * authentication cannot carry, and constraints that the admin API would refuse.
 */
export class NdesAdminPage extends Construct {
  readonly alarm: Alarm;
  /** Username and password, as JSON. */
  readonly credential: Secret;

  constructor(scope: Construct, id: string, props: NdesAdminPageProps) {
    super(scope, id);
    const { connector, api, username = 'mscep', encoding = 'utf-16', constraints = {} } = props;
    refuseUsername(username);
    refuseConstraints(constraints);
    this.credential = this.createCredential(connector, username);
    const page = this.pageFunction(connector, this.credential, { api, encoding, constraints });
    const path = `/scep/${connector.connectorId}/mscep_admin`;
    this.addRoutes(api, page, path, connector.certificatesPerSecond);
    this.alarm = this.passwordGuessing(connector.connectorId, page.logGroup);
    const output = `${toPascalCase(connector.connectorId)}NdesAdmin`;
    createOutput(this, `${output}Url`, `${api.apiEndpoint}${path}`);
    createOutput(this, `${output}SecretArn`, this.credential.secretArn);
  }

  private createCredential({ connectorId }: ConnectorResources, username: string): Secret {
    const secret = new Secret(this, 'Credential', {
      description: `The username and password of the mscep_admin page of the SCEP connector "${connectorId}"`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: 40,
        // 238 bits without punctuation, which every MDM's form accepts.
        excludePunctuation: true,
      },
    });
    fixLogicalId(secret, 'NdesSecret');
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'An MDM keeps a copy that only its admin can change, so a rotation would stop enrolment.',
    });
    return secret;
  }

  private pageFunction(
    connector: ConnectorResources,
    credential: Secret,
    { api, encoding, constraints }: PageOptions,
  ): LambdaFunction {
    const { connectorId, tables, certificateAuthority } = connector;
    const own = toAdministeredConnector(connector, `${api.apiEndpoint}/scep/${connectorId}`);
    const page = createHandlerFunction(this, 'mscep-admin', {
      description: `Gives one-time challenges of the SCEP connector "${connectorId}" to an MDM`,
      environment: {
        connectorId,
        certificateAuthority: certificateAuthority.certificateAuthorityArn,
        ndesCredentialSecret: credential.secretArn,
        ndesPageEncoding: encoding,
        ndesConstraints: JSON.stringify(constraints),
        administeredConnector: Stack.of(this).toJsonString(own),
        ...buildAdministrationEnvironment(tables),
      },
    });
    // Of all administrative operations, this function only creates challenges.
    grantAdminKeys(page, connector);
    grantRead(page, credential);
    grantItems(page, tables.challenges, [toKeyPatterns(connectorId).all], 'PutItem');
    grantPutEvents(page);
    grantCalls(page, certificateAuthority, 'GetCertificateAuthorityCertificate');
    return page;
  }

  /**
   * Adds GET only, because HEAD and a browser's prefetch must not create challenges. The path
   * matches with and without a suffix, as MDMs write it. The throttle is the rate of certificates,
   * which also limits guessing and a stolen password.
   */
  private addRoutes(
    api: LoggedHttpApi,
    page: LambdaFunction,
    path: string,
    certificatesPerSecond: number,
  ): void {
    const integration = new HttpLambdaIntegration('mscep-admin', page, {
      scopePermissionToRoute: false,
    });
    const rateLimit = Math.ceil(certificatesPerSecond);
    const throttle = { rateLimit, burstLimit: 2 * rateLimit };
    for (const each of [path, `${path}/{proxy+}`])
      Validations.of(
        api.addThrottledRoute(this, {
          method: HttpMethod.GET,
          path: each,
          integration,
          throttle,
        }),
      ).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'MDMs call NDES, which this page replaces, with HTTP Basic authentication.',
      });
  }

  private passwordGuessing(connectorId: string, logGroup: ILogGroup): Alarm {
    const refused = new MetricFilter(this, 'Refused', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.code', '=', 'CredentialWrong'),
      metricNamespace: 'ScepConnector',
      metricName: `NdesAdminRefused-${connectorId}`,
      metricValue: '1',
    });
    return new Alarm(this, 'Guessing', {
      alarmDescription: `SCEP connector "${connectorId}": its mscep_admin page received many wrong passwords (docs/runbook.md)`,
      metric: refused.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: maxRefusals,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function refuseUsername(username: string): void {
  if (/^[A-Za-z0-9.@_-]{1,64}$/.test(username)) return;
  throw new DeclarationError(
    'badNdesUsername',
    `ndesAdminPage.username is "${username}". Use 1 to 64 of a-z, A-Z, 0-9 and ".-_@": a header carries it.`,
  );
}

/**
 * Lambda allows a function 4,096 bytes of environment (test/unit/cloud/environment-size.test.ts).
 */
const maxConstraintBytes = 2048;

function refuseConstraints(constraints: ChallengeConstraints): void {
  const broken = findConstraintsFault(constraints);
  if (broken !== undefined)
    throw new DeclarationError(
      'badNdesConstraints',
      `ndesAdminPage.constraints.${broken.part}: ${broken.fault}.`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(constraints));
  if (bytes <= maxConstraintBytes) return;
  throw new DeclarationError(
    'badNdesConstraints',
    `ndesAdminPage.constraints are ${bytes} bytes of JSON. Give ${maxConstraintBytes} at most, because they are in the function's environment.`,
  );
}
