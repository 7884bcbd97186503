import type { RequestedCertificate } from './certification-request.ts';
import { ScepClientError } from './errors.ts';
import { windowsExtendedKeyUsages } from './windows-request.ts';

/**
 * Gets a challenge of the emulated Intune tenant, by its control API, as a device gets one with its
 * SCEP profile: good for one hour, and for a request that says exactly this. A subject with escapes
 * is another than Intune reads, as with Intune itself.
 */
export async function requestIntuneChallenge(
  controlUrl: string,
  wanted: Omit<RequestedCertificate, 'challengePassword'>,
  keyBits: number | undefined,
): Promise<string> {
  const { subject, dnsNames = [], emailAddresses = [], uris = [] } = wanted;
  const expected = {
    subject,
    alternativeNames: [
      ...emailAddresses.map((name) => `email:${name}`),
      ...dnsNames.map((name) => `dns:${name}`),
      ...uris.map((name) => `uri:${name}`),
    ],
    keyBits,
    extendedKeyUsages: windowsExtendedKeyUsages,
  };
  try {
    const body = JSON.stringify(expected);
    const response = await fetch(`${controlUrl}/challenges`, { method: 'POST', body });
    const { challenge } = (await response.json()) as { readonly challenge?: string };
    if (challenge) return challenge;
    throw new Error(`HTTP ${response.status}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    const message = `The emulated Intune tenant at ${controlUrl} gives no challenge (${why}).`;
    throw new ScepClientError('unreachable', message, { cause });
  }
}
