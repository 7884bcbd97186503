/** Requests challenges from the emulated Intune tenant. */
import type { RequestedCertificate } from './certification-request.ts';
import { ScepClientError } from './errors.ts';
import { windowsExtendedKeyUsages } from './windows-request.ts';

/**
 * Requests a challenge at the tenant's control API, as a device receives one with its SCEP profile.
 * The challenge is valid for one hour and for a request with exactly these names. As in Intune, a
 * subject with escapes does not match. Throws `unreachable` if the tenant returns no challenge.
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
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    const message = `The emulated Intune tenant at ${controlUrl} returned no challenge (${reason}).`;
    throw new ScepClientError('unreachable', message, { cause });
  }
}
