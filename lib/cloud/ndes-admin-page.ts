/** The mscep_admin page of one connector, for MDMs that fetch one-time challenges as from NDES (docs/decisions/011-mscep-admin.md). */
import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PageEncoding } from '../../lambda/admin/mscep/page.ts';
import { administrationEnvironment } from './administration.ts';
import { mayTell } from './audit.ts';
import { mayAsk } from './ca-permissions.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { DeclarationError } from './declaration-error.ts';
import { handlerFunction } from './handler-function.ts';
import type { LoggedHttpApi } from './http-api.ts';
import { pascalCase } from './pascal-case.ts';
import { mayUseItems } from './tables.ts';

/** What may be said of the page; all of it has a default. */
export interface NdesAdminPageDeclaration {
  /** Who the MDM signs in as: 1 to 64 of a-z, A-Z, 0-9 and `.-_@`. Default: mscep. */
  readonly username?: string;
  /** Default: utf-16, as NDES has it; utf-8 for a reader that takes the page as it comes. */
  readonly encoding?: PageEncoding;
}

export interface NdesAdminPageProps extends NdesAdminPageDeclaration {
  readonly connector: Connector;
  readonly api: LoggedHttpApi;
}

/**
 * So many wrong passwords in five minutes: an MDM with an old one asks again and again, and so does who guesses. A call without
 * any is not counted: clients that may use NTLM begin with one.
 */
const manyRefusals = 20;

/** The page with its function, its route, its credential and an alarm. Refuses a username that Basic authentication cannot carry. */
export class NdesAdminPage extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: NdesAdminPageProps) {
    super(scope, id);
    const { connector, api, username = 'mscep', encoding = 'utf-16' } = props;
    refuseUsername(username);
    const credential = this.credential(connector, username);
    const page = this.pageFunction(connector, credential, { api, encoding });
    const path = `/scep/${connector.connectorId}/mscep_admin`;
    this.addRoutes(api, page, path, connector.certificatesPerSecond);
    this.alarm = this.guessing(connector.connectorId, page.logGroup);
    const output = `${pascalCase(connector.connectorId)}NdesAdmin`;
    new CfnOutput(Stack.of(this), `${output}Url`, { value: `${api.apiEndpoint}${path}` });
    new CfnOutput(Stack.of(this), `${output}Secret`, { value: credential.secretArn });
  }

  private credential({ connectorId }: Connector, username: string): Secret {
    const secret = new Secret(this, 'Credential', {
      description: `What an MDM signs in with at the mscep_admin page of the SCEP connector "${connectorId}"`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: 40,
        // 238 bits without it, and no MDM's form stumbles over a quote or a backslash.
        excludePunctuation: true,
      },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'An MDM keeps a copy that only its admin can change: rotated by itself, devices would stop.',
    });
    return secret;
  }

  private pageFunction(
    { connectorId, key, ledger, certificateAuthority, isBounded }: Connector,
    credential: Secret,
    { api, encoding }: { readonly api: LoggedHttpApi; readonly encoding: PageEncoding },
  ): LambdaFunction {
    const { certificateAuthorityArn } = certificateAuthority;
    const scepUrl = `${api.apiEndpoint}/scep/${connectorId}`;
    const own = {
      connectorId,
      connectorKeySecret: key.secretArn,
      certificateAuthorityArn,
      scepUrl,
    };
    return handlerFunction(this, 'mscep-admin', {
      isBounded,
      description: `Gives one-time challenges of the SCEP connector "${connectorId}" to an MDM`,
      environment: {
        connectorId,
        certificateAuthority: certificateAuthorityArn,
        ndesCredentialSecret: credential.secretArn,
        ndesPageEncoding: encoding,
        ...administrationEnvironment(this, ledger, [own]),
      },
      // Of what an administration can do, the one thing that it does.
      may: [
        mayRead(key),
        mayRead(credential),
        mayUseItems(ledger.challenges, connectorId, 'PutItem'),
        mayTell(),
        mayAsk(certificateAuthority, 'GetCertificateAuthorityCertificate'),
      ],
    });
  }

  /**
   * GET alone: HEAD and what a browser prefetches must not make challenges. With and without an end, as MDMs write it. No more
   * calls a second than certificates can be made of them, which bounds what guessing and a stolen password can do, too.
   */
  private addRoutes(
    api: LoggedHttpApi,
    page: LambdaFunction,
    path: string,
    certificatesPerSecond: number,
  ): void {
    const integration = new HttpLambdaIntegration('mscep-admin', page);
    const rateLimit = Math.ceil(certificatesPerSecond);
    for (const each of [path, `${path}/{proxy+}`]) {
      for (const route of api.addRoutes({ path: each, methods: [HttpMethod.GET], integration })) {
        api.throttleRoute(route, `GET ${each}`, { rateLimit, burstLimit: 2 * rateLimit });
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: 'NDES, which this page stands in for, is asked with HTTP Basic authentication.',
        });
      }
    }
  }

  private guessing(connectorId: string, logGroup: ILogGroup): Alarm {
    const refused = new MetricFilter(this, 'Refused', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.code', '=', 'CredentialWrong'),
      metricNamespace: 'ScepConnector',
      metricName: `NdesAdminRefused-${connectorId}`,
      metricValue: '1',
    });
    return new Alarm(this, 'Guessing', {
      alarmDescription: `SCEP connector "${connectorId}": its mscep_admin page was asked many times with a wrong password (docs/runbook.md)`,
      metric: refused.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: manyRefusals,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function refuseUsername(username: string): void {
  if (/^[A-Za-z0-9.@_-]{1,64}$/.test(username)) return;
  throw new DeclarationError(
    'badNdesUsername',
    `ndesAdminPage.username is "${username}". Use 1 to 64 of a-z, A-Z, 0-9 and ".-_@": it is sent in a header.`,
  );
}
