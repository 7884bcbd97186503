/**
 * The app as the CLI runs it. That it synthesizes at all says that cdk-nag has found nothing
 * unacknowledged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourceTypes } from '../../../lib/local/template/resource-types.ts';
import { caArn, type SynthesizedApp, synthesizeApp } from './synthesis.ts';

function typesOf({ template }: SynthesizedApp): readonly string[] {
  const resources: Record<string, { Type: string }> = template.toJSON().Resources;
  return Object.values(resources).map(({ Type }) => Type);
}

describe('without context', () => {
  let app: SynthesizedApp;
  beforeAll(() => {
    app = synthesizeApp();
  });

  it('holds only what the local runner models', () => {
    const unknown = typesOf(app).filter((type) => !Object.hasOwn(resourceTypes, type));
    expect(unknown).toEqual([]);
  });

  it('makes a CA, and says what it costs', () => {
    app.template.resourceCountIs('AWS::ACMPCA::CertificateAuthority', 1);
    const metadata = readFileSync(join(app.directory, 'ScepConnector.metadata.json'), 'utf8');
    expect(metadata).toMatch(
      /A month costs \$\d+\.\d\d before any device: CA \$50\.00, 4 secrets \$1\.60, dashboard \$3\.00/,
    );
  });

  it('serves one connector, which owns the root path', () => {
    app.template.hasOutput('DefaultScepUrl', {});
    app.template.hasOutput('AdminUrl', {});
    app.template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'ANY /cgi-bin/pkiclient.exe',
    });
  });
});

describe('with -c certificateAuthorityArn', () => {
  it('makes no CA, and renews the RA identity every 30 days', () => {
    const { template } = synthesizeApp({ certificateAuthorityArn: caArn });
    template.resourceCountIs('AWS::ACMPCA::CertificateAuthority', 0);
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
  });

  it('refuses what is no ARN rather than making a CA that costs money', () => {
    expect(() => synthesizeApp({ certificateAuthorityArn: '' })).toThrow(
      /badCertificateAuthorityArn/,
    );
  });
});
