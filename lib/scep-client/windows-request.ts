/** The attributes and extensions that only Windows under Intune adds to a request. */
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { oids } from './oids.ts';

/** The version that Windows 11 24H2 sends. */
const osVersion = '10.0.26100.2';

/** The extended key usages that Windows requests. */
export const windowsExtendedKeyUsages: readonly string[] = [oids.clientAuth];

/** Builds the extensions of Windows 11, with its illegal path length beside CA:FALSE. */
export function buildWindowsExtensions(): pkijs.Extension[] {
  const keyUsage = new asn1js.BitString({ valueHex: Uint8Array.of(0xa0).buffer, unusedBits: 5 });
  const usages = new pkijs.ExtKeyUsage({ keyPurposes: [...windowsExtendedKeyUsages] });
  const falseWithPathLength = new asn1js.Sequence({
    value: [new asn1js.Boolean({ value: false }), new asn1js.Integer({ value: 0 })],
  });
  return [
    buildExtension(oids.keyUsage, true, keyUsage),
    buildExtension(oids.extendedKeyUsage, false, usages.toSchema()),
    buildExtension(oids.basicConstraints, true, falseWithPathLength),
  ];
}

/** Builds the attributes with the version of Windows and the requesting process. */
export function buildWindowsAttributes(): pkijs.Attribute[] {
  const client = new asn1js.Sequence({
    value: [
      new asn1js.Integer({ value: 9 }),
      ...['device', 'SYSTEM', 'omadmclient.exe'].map((value) => new asn1js.Utf8String({ value })),
    ],
  });
  return [
    buildAttribute(oids.windowsOsVersion, new asn1js.IA5String({ value: osVersion })),
    buildAttribute(oids.windowsRequestClient, client),
  ];
}

const buildExtension = (
  extnID: string,
  critical: boolean,
  value: asn1js.BaseBlock,
): pkijs.Extension => new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });

const buildAttribute = (type: string, value: asn1js.BaseBlock): pkijs.Attribute =>
  new pkijs.Attribute({ type, values: [value] });
