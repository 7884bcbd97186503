/** The memory of a process and of all its descendants. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Sum of the resident sets of a process and its descendants, in megabytes. */
export function readResidentMegabytes(pid: number): number {
  const parents = listProcesses();
  const family = new Set([pid]);
  // A child may be listed before its parent, so the list is searched until nothing is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family].map(readResidentKilobytes).reduce((sum, each) => sum + each, 0) / 1000;
}

/** Each process with its parent. */
const listProcesses = (): readonly (readonly [number, number])[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), readField(Number(name), 'PPid')] as const);

const readResidentKilobytes = (pid: number): number => readField(pid, 'VmRSS');

/** A number from /proc/PID/status; 0 if the process has ended. */
function readField(pid: number, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
