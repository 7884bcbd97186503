/**
 * An Intune connector in memory and one device of its tenant, and the traces of a request in log,
 * history and events.
 */
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { type PkcsReqOptions, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { type ServiceOptions, service } from '../http/service.ts';

/** The length of Intune's challenges. */
export const challenge = Buffer.alloc(4000, 'canary challenge ').toString('base64');

/** Creates an Intune connector, and one device's request to it. */
export function tenant(options: ServiceOptions = {}, message: Partial<PkcsReqOptions> = {}) {
  const intune = memoryIntune();
  const connector = service({ intune, ...options });
  const request = pkcsReq({ ra: connector.ra, challenge, ...message });
  const rows = () => [...connector.tables.rows.values()].map(({ row }) => row);
  const calls = () => intune.calls.map(({ call }) => call);
  return { ...connector, intune, request, rows, calls };
}

/** Nothing is issued until the test continues. */
export const waiting = { held: true, waitSeconds: 0 } as const;

/** The reasons in the events for admins, and in the history. */
export const reportedReasons = ({ events, history }: ReturnType<typeof tenant>['audited']) => [
  events.map(({ detail }) => detail.reason),
  history.entries().map((entry) => entry.code),
];
