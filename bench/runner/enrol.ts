/** One device. It sends its request, and resends it after each PENDING until SUCCESS. */
import { setTimeout } from 'node:timers/promises';
import { postPkiOperation } from '../../lib/scep-client/http.ts';
import { readStatusDigit } from '../load/pki-status.ts';

/** The duration of an enrolment in milliseconds, and the number of its PENDING replies. */
export interface Enrolled {
  readonly milliseconds: number;
  readonly pendings: number;
}

const maxPendings = 60;
const pauseMilliseconds = 1000;

/** Enrols a device; throws after a refusal or a minute of PENDING. */
export async function enrolDevice(url: string, message: Uint8Array): Promise<Enrolled> {
  const start = performance.now();
  for (let pendings = 0; pendings < maxPendings; pendings += 1) {
    const { body } = await postPkiOperation({ url: new URL(url) }, message);
    const status = readStatusDigit(body, 'pkiStatus');
    if (status === '0') return { milliseconds: performance.now() - start, pendings };
    if (status !== '3') throw new Error(`refused: failInfo ${readStatusDigit(body, 'failInfo')}`);
    await setTimeout(pauseMilliseconds);
  }
  throw new Error('PENDING for a minute');
}
