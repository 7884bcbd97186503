/** The built shapes of real servers' replies, through our client. */
import { builtShape } from '../../support/kit/clients/captured-shapes.ts';
import { describeReplies } from './reply-suite.ts';

describeReplies('built', {
  shape: builtShape,
  raNames: {
    'Apple test GetCACert': 'Test SCEP RA',
    'Cisco GetCACert': 'Devices SCEP RA',
    'MSCEP GetCACert': 'MSCEP-RA',
    'MSCEP chain GetCACert': 'MSCEP-CHAIN-RA',
    'NDES GetCACert': 'NDES-RA',
    'NDES renewed GetCACert': 'NDES-RENEWED-RA',
  },
});
