/**
 * Measures on a shared machine: CPU time instead of clocks, pairs that alternate, and medians of
 * their ratios.
 */
import { readFileSync } from 'node:fs';

/** Two values that were measured one right after the other. */
interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/**
 * The summary of many pairs: their medians, and the median of their ratios, which is not the ratio
 * of the medians.
 */
export interface Comparison extends Pair {
  readonly ratio: number;
  /** Half of the ratios lie between these. */
  readonly spread: readonly [number, number];
}

/**
 * Runs both sides in each round and swaps their order each time, so that other load on the machine
 * affects both.
 */
export async function measureInTurn(
  rounds: number,
  sides: { readonly ours: () => Promise<number>; readonly theirs: () => Promise<number> },
  at: (done: number, of: number) => void,
): Promise<Comparison> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push(await (round % 2 === 0 ? measureOursFirst(sides) : measureTheirsFirst(sides)));
    at(round + 1, rounds);
  }
  const ratios = pairs.map(({ ours, theirs }) => ours / theirs);
  return {
    ours: computeMedian(pairs.map(({ ours }) => ours)),
    theirs: computeMedian(pairs.map(({ theirs }) => theirs)),
    ratio: computeMedian(ratios),
    spread: [computeQuantile(ratios, 0.25), computeQuantile(ratios, 0.75)],
  };
}

type Sides = Parameters<typeof measureInTurn>[1];

async function measureOursFirst(sides: Sides): Promise<Pair> {
  const ours = await sides.ours();
  return { ours, theirs: await sides.theirs() };
}

async function measureTheirsFirst(sides: Sides): Promise<Pair> {
  const theirs = await sides.theirs();
  return { ours: await sides.ours(), theirs };
}

/** The middle value. */
export const computeMedian = (values: readonly number[]): number => computeQuantile(values, 0.5);

/** The value below which this share of all values lies. */
export function computeQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** User and system time of this process while `run` runs, all threads, in milliseconds. */
export async function measureCpuMilliseconds(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// The kernel's unit for user space on every architecture of Linux that Node runs on.
const ticksPerSecond = 100;

/** Another process's user and system time so far, in milliseconds, in steps of 10. Linux only. */
export function readProcessCpuMilliseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name comes first and may hold any text. State is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Describes how much the ratios scatter. */
export const describeSpread = ({ spread: [low, high] }: Comparison, rounds: number): string =>
  `${rounds} rounds in turn; half of the ratios lie between ${low.toFixed(2)} and ${high.toFixed(2)}.`;
