/**
 * The app that `npm start` runs to add connectors to the project's app. Its first argument is the
 * program of that app, its second argument `Additions` as JSON.
 */
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import type { ICertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { type IntuneDeclaration, ScepConnector, type ScepService } from '../index.ts';

/** The connectors that the runner adds to an app. */
export interface Additions {
  /** A connector `intune` for this tenant. */
  readonly intune?: IntuneDeclaration;
  /** A connector `ndes` with the page of one-time challenges. */
  readonly ndes?: boolean;
}

/** The exports of an app to which connectors can be added. */
interface ExtensibleApp {
  readonly service?: ScepService;
  readonly certificateAuthority?: ICertificateAuthority;
}

const alternativeNames = { dns: ['*.example.com'], email: ['*@example.com'] };

const [program = '', json = '{}'] = process.argv.slice(2);
const { service, certificateAuthority }: ExtensibleApp = await import(pathToFileURL(program).href);
if (!service || !certificateAuthority)
  throw new Error(`${program} exports no service and certificateAuthority to add connectors to`);
const { intune, ndes }: Additions = JSON.parse(json);
const stack = Stack.of(service);

if (intune)
  new ScepConnector(stack, 'IntuneConnector', {
    service,
    connectorId: 'intune',
    certificateAuthority,
    intune,
    // Windows under MDM signs its messages with SHA-1.
    quirks: { sha1: true },
    profile: {
      alternativeNames: {
        ...alternativeNames,
        // Strong mapping of certificates to accounts, and network access control.
        uri: ['tag:microsoft.com,2022-09-14:sid:*', 'IntuneDeviceId://*'],
      },
    },
  });

if (ndes)
  new ScepConnector(stack, 'NdesConnector', {
    service,
    connectorId: 'ndes',
    certificateAuthority,
    ndesAdminPage: true,
    profile: { alternativeNames },
  });
