/**
 * Every shape of a captured message, built by the kit under its sender's name. CI compares each
 * with the captured message, field for field (test/conformance/captures/shapes.capture.ts).
 */
import { buildAppleMdmRequest } from './apple-mdm-2016.ts';
import { buildAppleTestCaCertificates } from './apple-test-ra.ts';
import { buildCiscoCaCertificates } from './cisco-ca-certificates.ts';
import {
  buildGutmannCertificates,
  buildGutmannCsr,
  buildGutmannReplyEnvelope,
  buildGutmannRequest,
  buildGutmannRequestEnvelope,
  buildGutmannSuccess,
} from './gutmann-2018.ts';
import { buildMd5ServerFailure } from './md5-server.ts';
import { buildMicromdmSuccess } from './micromdm-2016.ts';
import { buildMscepCaCertificates, buildMscepChainCertificates } from './mscep-ca-certificates.ts';
import { buildNdesCaCertificates, buildNdesRenewedCaCertificates } from './ndes-ca-certificates.ts';
import { buildNdesFailure, buildNdesSuccess } from './ndes-replies.ts';
import { buildWindowsRequestToStranger } from './windows-intune.ts';

/** Builds each shape anew, with fresh nonces and content keys. */
export const capturedShapes = {
  'Apple MDM 2016 PKCSReq': () => buildAppleMdmRequest().message,
  'Windows Intune PKCSReq': () => buildWindowsRequestToStranger().message,
  'Gutmann CSR': buildGutmannCsr,
  'Gutmann request envelope': buildGutmannRequestEnvelope,
  'Gutmann PKCSReq': () => buildGutmannRequest().message,
  'Gutmann certificates': buildGutmannCertificates,
  'Gutmann reply envelope': buildGutmannReplyEnvelope,
  'Gutmann CertRep': buildGutmannSuccess,
  'micromdm CertRep': buildMicromdmSuccess,
  'NDES success': buildNdesSuccess,
  'NDES failure': buildNdesFailure,
  'MD5 server failure': buildMd5ServerFailure,
  'Apple test GetCACert': buildAppleTestCaCertificates,
  'Cisco GetCACert': buildCiscoCaCertificates,
  'MSCEP GetCACert': buildMscepCaCertificates,
  'MSCEP chain GetCACert': buildMscepChainCertificates,
  'NDES GetCACert': buildNdesCaCertificates,
  'NDES renewed GetCACert': buildNdesRenewedCaCertificates,
} as const satisfies Readonly<Record<string, () => Uint8Array>>;

/** The name of a shape. */
export type CapturedShape = keyof typeof capturedShapes;

/** Gives the bytes of a shape: built, or captured. */
export type ShapeSource = (shape: CapturedShape) => Uint8Array;

/** The built ones. */
export const builtShape: ShapeSource = (shape) => capturedShapes[shape]();
