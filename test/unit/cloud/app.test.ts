/**
 * The app as the CLI runs it. That it synthesizes at all says that cdk-nag has found nothing
 * unacknowledged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourceTypes } from '../../../lib/local/template/resource-types.ts';
import { root, type SynthesizedApp, synthesizeApp } from './synthesis.ts';

function typesOf({ template }: SynthesizedApp): readonly string[] {
  const resources: Record<string, { Type: string }> = template.toJSON().Resources;
  return Object.values(resources).map(({ Type }) => Type);
}

describe('the app', () => {
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

it('reads no context: what is deployed is declared in code', () => {
  const program = readFileSync(join(root, 'bin/scep-connector.ts'), 'utf8');
  expect(program).not.toMatch(/getContext|process\.env|argv/i);
});
