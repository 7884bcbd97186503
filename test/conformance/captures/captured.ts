/**
 * Captured messages, which other projects publish. They are in a folder beside the checkout and not
 * in the repository.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { RaIdentity } from '../../../lambda/message/ra-identity.ts';
import type { CapturedShape, ShapeSource } from '../../support/kit/clients/captured-shapes.ts';
import { identityOfCa } from './apple-recipient.ts';
import { sharedFile } from './shared-folder.ts';

/** The file of each shape's capture, below `vectors/`. */
export const captureFiles: Readonly<Record<CapturedShape, string>> = {
  'Apple MDM 2016 PKCSReq': 'apple-mdm-2016/PKCSReq.der',
  'Windows Intune PKCSReq': 'windows-intune/PKCSReq.der',
  'Gutmann CSR': 'gutmann-reference/req0.der',
  'Gutmann request envelope': 'gutmann-reference/req1.der',
  'Gutmann PKCSReq': 'gutmann-reference/req2.der',
  'Gutmann certificates': 'gutmann-reference/resp0.der',
  'Gutmann reply envelope': 'gutmann-reference/resp1.der',
  'Gutmann CertRep': 'gutmann-reference/resp2.der',
  'micromdm CertRep': 'micromdm-reply/CertRep.der',
  'NDES success': 'ndes-replies/success-no-certificates.der',
  'NDES failure': 'ndes-replies/failure-getcrl-2012.der',
  'MD5 server failure': 'apple-security-regressions/scep_reply_17_58_00_der.der',
  'Apple test GetCACert': 'apple-security-regressions/getcacert.der',
  'Cisco GetCACert': 'apple-security-regressions/_getCACertReponse_97197618.der',
  'MSCEP GetCACert': 'apple-security-regressions/msscep_getcacert.der',
  'MSCEP chain GetCACert': 'apple-security-regressions/bmw_scep_pkt.der',
  'NDES GetCACert': 'apple-security-regressions/getcacert_mdes.der',
  'NDES renewed GetCACert': 'apple-security-regressions/getcacert_mdesqa.der',
};

/** The captured ones. */
export const capturedShape: ShapeSource = (shape) => sharedFile(`vectors/${captureFiles[shape]}`);

/** The identity that Apple's captured request is addressed to. */
export function capturedAppleRecipient(): RaIdentity {
  const pem = (path: string) =>
    Buffer.from(sharedFile(`vectors/apple-mdm-2016/${path}`)).toString();
  const { raw } = new X509Certificate(pem('recipient.pem'));
  return identityOfCa(raw, createPrivateKey(pem('recipient.key')));
}
