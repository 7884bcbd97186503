/**
 * Every shape of a captured message, built by the kit under its sender's name. CI compares each
 * with the captured message, field for field (test/conformance/captures/shapes.capture.ts).
 */
import { appleMdmRequest } from './apple-mdm-2016.ts';
import { appleTestCaCertificates } from './apple-test-ra.ts';
import { ciscoCaCertificates } from './cisco-ca-certificates.ts';
import {
  gutmannCertificates,
  gutmannCsr,
  gutmannReplyEnvelope,
  gutmannRequest,
  gutmannRequestEnvelope,
  gutmannSuccess,
} from './gutmann-2018.ts';
import { md5ServerFailure } from './md5-server.ts';
import { micromdmSuccess } from './micromdm-2016.ts';
import { mscepCaCertificates, mscepChainCertificates } from './mscep-ca-certificates.ts';
import { ndesCaCertificates, ndesRenewedCaCertificates } from './ndes-ca-certificates.ts';
import { ndesFailure, ndesSuccess } from './ndes-replies.ts';
import { windowsRequestToStranger } from './windows-intune.ts';

/** Builds each shape anew, with fresh nonces and content keys. */
export const capturedShapes = {
  'Apple MDM 2016 PKCSReq': () => appleMdmRequest().message,
  'Windows Intune PKCSReq': () => windowsRequestToStranger().message,
  'Gutmann CSR': gutmannCsr,
  'Gutmann request envelope': gutmannRequestEnvelope,
  'Gutmann PKCSReq': () => gutmannRequest().message,
  'Gutmann certificates': gutmannCertificates,
  'Gutmann reply envelope': gutmannReplyEnvelope,
  'Gutmann CertRep': gutmannSuccess,
  'micromdm CertRep': micromdmSuccess,
  'NDES success': ndesSuccess,
  'NDES failure': ndesFailure,
  'MD5 server failure': md5ServerFailure,
  'Apple test GetCACert': appleTestCaCertificates,
  'Cisco GetCACert': ciscoCaCertificates,
  'MSCEP GetCACert': mscepCaCertificates,
  'MSCEP chain GetCACert': mscepChainCertificates,
  'NDES GetCACert': ndesCaCertificates,
  'NDES renewed GetCACert': ndesRenewedCaCertificates,
} as const satisfies Readonly<Record<string, () => Uint8Array>>;

/** The name of a shape. */
export type CapturedShape = keyof typeof capturedShapes;

/** Gives the bytes of a shape: built, or captured. */
export type ShapeSource = (shape: CapturedShape) => Uint8Array;

/** The built ones. */
export const builtShape: ShapeSource = (shape) => capturedShapes[shape]();
