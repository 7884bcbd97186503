/**
 * Microsoft as an Intune connector sees it: Entra ID's token endpoint, Graph's list of services,
 * Intune's validation, notifications and revocations. It enforces what is known of the protocol and
 * refuses the rest, as Microsoft would.
 */
import { createAccessTokens } from './intune/access-tokens.ts';
import type { ExpectedRequest } from './intune/challenges.ts';
import { answerControl } from './intune/control.ts';
import { createFaults } from './intune/faults.ts';
import { startHttpServer } from './intune/http-server.ts';
import { openState } from './intune/kept-state.ts';
import type { Registration } from './intune/registration.ts';
import { createRevocations } from './intune/revocations.ts';
import {
  answerRequest,
  challengeFor,
  newBase,
  newTenantState,
  type TenantParts,
  type TenantState,
} from './intune/tenant.ts';

/** How the emulator is started. */
export interface IntuneEmulatorOptions {
  readonly registration: Registration;
  /** Where challenges' key and transactions are kept; in memory where it is left out. */
  readonly directory?: string;
  readonly port?: number;
  readonly controlPort?: number;
  /** How long access tokens live; 3599 s, as Entra's do. */
  readonly tokenLifetimeSeconds?: number;
  readonly nowMilliseconds?: () => number;
}

/** The running emulator: for tests its state as well. */
export interface IntuneEmulator extends Pick<TenantParts, 'faults' | 'tokens' | 'revocations'> {
  /** Authority, Graph and Intune are one origin here, told apart by path. */
  readonly origin: string;
  readonly controlOrigin: string;
  readonly state: TenantState;
  /** A challenge, as a device with an assigned SCEP profile gets it. */
  readonly challenge: (expected?: ExpectedRequest) => string;
  /** Moves the services to another address; the old one answers 404. */
  readonly move: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts Microsoft and, on a port of its own, the control API; both on 127.0.0.1 alone. */
export const startIntune = async (options: IntuneEmulatorOptions): Promise<IntuneEmulator> => {
  const { nowMilliseconds = Date.now, tokenLifetimeSeconds = 3599, registration } = options;
  const parts: TenantParts = {
    registration,
    tokens: createAccessTokens(nowMilliseconds, tokenLifetimeSeconds),
    faults: createFaults(),
    revocations: createRevocations(),
    usedIds: new Set(),
    nowMilliseconds,
    ...openState(options.directory),
  };
  const state = newTenantState();
  const { port, controlPort } = options;
  const microsoft = await startHttpServer(
    (request) => answerRequest(request, `http://${request.headers.host}`, state, parts),
    port,
  );
  const control = await startHttpServer(
    async (request) => answerControl(request, state, parts),
    controlPort,
  ).catch(async (error: unknown) => {
    await microsoft.stop();
    throw error;
  });
  return {
    ...parts,
    state,
    origin: microsoft.origin,
    controlOrigin: control.origin,
    challenge: (expected = {}) => challengeFor(expected, parts),
    move: () => {
      state.base = newBase();
    },
    stop: async () => {
      await Promise.all([microsoft.stop(), control.stop()]);
    },
  };
};
