/** dynalite brings no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  /** A server that also closes its store when it is closed. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
