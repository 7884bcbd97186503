/** The function of a custom resource: describes an existing CA while its stack is deployed. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { clientDefaults } from '../aws/client-defaults.ts';
import { sendCloudFormationResponse } from '../aws/cloudformation-response.ts';
import { createDescribeAuthority } from '../aws/describe-authority.ts';
import { requireSetting } from '../config/configuration.ts';
import { checkAuthority } from '../deployment/check-authority.ts';
import { answerCustomResource, type CustomResourceEvent } from '../deployment/custom-resource.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

const connectorId = requireSetting('connectorId');
const describe = createDescribeAuthority(
  boundToInvocation('acm-pca', new ACMPCAClient(clientDefaults)),
);

export const handler = withLog(
  ({ RequestType, LogicalResourceId }: CustomResourceEvent) => ({
    event: 'describe-authority',
    connectorId,
    requestType: RequestType,
    resource: LogicalResourceId,
  }),
  async (event, log) => {
    await answerCustomResource(event, {
      check: ({ CertificateAuthorityArn, SigningAlgorithm, UsageMode, Region, Account }) =>
        checkAuthority(
          {
            certificateAuthorityArn: String(CertificateAuthorityArn),
            signingAlgorithm: String(SigningAlgorithm),
            usageMode: String(UsageMode),
            region: String(Region),
            account: String(Account),
          },
          { describe, clock: systemClock },
        ),
      respond: (url, response) => sendCloudFormationResponse(url, response, systemClock),
      log,
    });
  },
);
