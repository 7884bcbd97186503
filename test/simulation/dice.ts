/** Repeatable random numbers. Every random choice of the simulation comes from one seed. */
export interface Dice {
  /** From 0 (included) to 1 (excluded). */
  readonly fraction: () => number;
  /** A whole number from `min` to `max`, both included. */
  readonly between: (min: number, max: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One item of a list. The list must not be empty. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly octets: (count: number) => Uint8Array;
}

/** Creates dice for a seed. The algorithm is mulberry32, whose 32 bits of state suffice here. */
export function createDice(seed: number): Dice {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number): number =>
    min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick: <Item>(items: readonly Item[]) => items[between(0, items.length - 1)] as Item,
    octets: (count) => Uint8Array.from({ length: count }, () => between(0, 255)),
  };
}
