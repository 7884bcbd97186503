/**
 * The app that `npm start` runs if it adds connectors of its own: the project's app, and the
 * connectors of `Additions`, which its first argument is as JSON.
 */
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import type { ICertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { type IntuneDeclaration, ScepConnector, type ScepService } from '../index.ts';

/** What the runner adds to an app. */
export interface Additions {
  /** A connector `intune` for this tenant. */
  readonly intune?: IntuneDeclaration;
  /** A connector `ndes` with the page of one-time challenges. */
  readonly ndes?: boolean;
}

/** What an app exports so that connectors can be added to it. */
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
