/**
 * A second opinion on the kit: each built shape has every field of the captured message, in the
 * same order, string type, length and form.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../lambda/message/envelope.ts';
import { openCertificationRequest } from '../../../lambda/message/open-envelope.ts';
import { defaultQuirks } from '../../../lambda/message/quirks.ts';
import { readSignedData } from '../../../lambda/message/signed-data.ts';
import {
  builtShape,
  type CapturedShape,
  capturedShapes,
} from '../../support/kit/clients/captured-shapes.ts';
import { describeShape } from '../../support/kit/shape.ts';
import { builtAppleRecipient } from './apple-recipient.ts';
import { capturedAppleRecipient, capturedShape, captureFiles } from './captured.ts';
import type { RequestSource } from './request-suite.ts';
import { sharedFolder } from './shared-folder.ts';

describe('the built shapes', () => {
  it.each(Object.keys(capturedShapes) as CapturedShape[])(
    'have every field of the captured message: %s',
    (shape) => {
      expect(describeShape(builtShape(shape))).toEqual(describeShape(capturedShape(shape)));
    },
  );

  it('have every field of the CSR in the envelope of Apple’s MDM client', () => {
    const csrIn = ({ shape, appleRecipient }: RequestSource): Uint8Array => {
      const quirks = { ...defaultQuirks, sha1: true, tripleDes: true };
      const { content } = readSignedData(shape('Apple MDM 2016 PKCSReq'));
      return openCertificationRequest(readEnvelope(content, [appleRecipient()], quirks)).der;
    };
    const built = csrIn({ shape: builtShape, appleRecipient: builtAppleRecipient });
    const captured = csrIn({ shape: capturedShape, appleRecipient: capturedAppleRecipient });
    expect(describeShape(built)).toEqual(describeShape(captured));
  });

  it('are one for each captured message', () => {
    const files = readdirSync(new URL('vectors/', sharedFolder), { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.der'));
    expect(files.toSorted()).toEqual(Object.values(captureFiles).toSorted());
  });
});
