/** The built shapes of real clients' messages, through the rooms that they pass in the server. */
import { describe, expect, it } from 'vitest';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import { readEnvelope } from '../../../lambda/message/envelope.ts';
import { openCertificationRequest } from '../../../lambda/message/open-envelope.ts';
import { verifyPkiMessage } from '../../../lambda/message/pki-message.ts';
import { defaultQuirks } from '../../../lambda/message/quirks.ts';
import { readSignedData } from '../../../lambda/message/signed-data.ts';
import { builtShape } from '../../support/kit/clients/captured-shapes.ts';
import { buildWindowsRequest, windowsChallenge } from '../../support/kit/clients/windows-intune.ts';
import { service } from '../../unit/http/service.ts';
import { builtAppleRecipient } from './apple-recipient.ts';
import { describeRequests } from './request-suite.ts';

describeRequests('built', { shape: builtShape, appleRecipient: builtAppleRecipient });

describe('Windows under Intune, to an RA of ours', () => {
  it('sends a challenge of kilobytes in an envelope that the RA opens', () => {
    const { ra, connector } = service();
    const { message: bytes } = buildWindowsRequest(ra);
    const message = verifyPkiMessage(readSignedData(bytes), { ...defaultQuirks, sha1: true });
    const envelope = readEnvelope(message.content, connector.identities, defaultQuirks);
    const enrolment = readEnrolment('test', message, openCertificationRequest(envelope));
    expect(enrolment.challengePasswords).toHaveLength(1);
    expect(JSON.stringify(enrolment.challengePasswords)).toContain(windowsChallenge);
  });
});
