/** A second opinion on every test of the built shapes: the same suites on the captured messages. */
import { describeReplies } from '../../unit/scep-client/reply-suite.ts';
import { capturedAppleRecipient, capturedShape } from './captured.ts';
import { describeRequests } from './request-suite.ts';

describeRequests('captured', { shape: capturedShape, appleRecipient: capturedAppleRecipient });

describeReplies('captured', {
  shape: capturedShape,
  raNames: {
    'Apple test GetCACert': 'ACME SCEP RA',
    'Cisco GetCACert': 'Cisco Trusted Device SCEP RA',
    'MSCEP GetCACert': 'ivpntest.com',
    'MSCEP chain GetCACert': 'SCEP Issuing CA 2',
    'NDES GetCACert': 'WIFCA02P-NDES',
    'NDES renewed GetCACert': 'WIFCA02U-NDES',
  },
});
