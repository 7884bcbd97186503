/** The collect task: GetCertificate, once a look. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { clientDefaults } from '../aws/client-defaults.ts';
import { privateCa } from '../aws/private-ca.ts';
import { collect } from '../issuance/collect.ts';
import type { Requested } from '../issuance/task.ts';
import { setting } from './configuration.ts';
import { task } from './task.ts';

const ca = privateCa(
  new ACMPCAClient({ ...clientDefaults, maxAttempts: 2 }),
  setting('certificateAuthority'),
);

export const handler = task('collect', (input: Requested) => collect(input, ca));
