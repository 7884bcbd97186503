/**
 * What Windows puts into a request under Intune that other devices do not (the service's
 * test/intune/windows-requests).
 */
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { oids } from './oids.ts';

/** The version that Windows 11 24H2 calls itself. */
const osVersion = '10.0.26100.2';

/** The extended key usages that it asks for: clientAuth. */
export const windowsExtendedKeyUsages: readonly string[] = [oids.clientAuth];

/**
 * Key usage, extended key usage, and CA:FALSE with a path length: illegal, and what Windows 11
 * sends.
 */
export function buildWindowsExtensions(): pkijs.Extension[] {
  const keyUsage = new asn1js.BitString({ valueHex: Uint8Array.of(0xa0).buffer, unusedBits: 5 });
  const usages = new pkijs.ExtKeyUsage({ keyPurposes: [...windowsExtendedKeyUsages] });
  const falseWithPathLength = new asn1js.Sequence({
    value: [new asn1js.Boolean({ value: false }), new asn1js.Integer({ value: 0 })],
  });
  return [
    extension(oids.keyUsage, true, keyUsage),
    extension(oids.extendedKeyUsage, false, usages.toSchema()),
    extension(oids.basicConstraints, true, falseWithPathLength),
  ];
}

/** Its version and who asks, before everything else. */
export function buildWindowsAttributes(): pkijs.Attribute[] {
  const client = new asn1js.Sequence({
    value: [
      new asn1js.Integer({ value: 9 }),
      ...['device', 'SYSTEM', 'omadmclient.exe'].map((value) => new asn1js.Utf8String({ value })),
    ],
  });
  return [
    attribute(oids.windowsOsVersion, new asn1js.IA5String({ value: osVersion })),
    attribute(oids.windowsRequestClient, client),
  ];
}

const extension = (extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension =>
  new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });

const attribute = (type: string, value: asn1js.BaseBlock): pkijs.Attribute =>
  new pkijs.Attribute({ type, values: [value] });
