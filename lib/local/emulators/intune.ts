/**
 * Microsoft's services for an Intune connector: Entra ID's token endpoint, Graph's list of
 * services, and Intune's validation, notifications and revocations. It enforces the known protocol
 * and refuses everything else, as Microsoft does.
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
  createBase,
  createChallengeFor,
  createTenantState,
  type TenantParts,
  type TenantState,
} from './intune/tenant.ts';

/** The options of an emulator. */
export interface IntuneEmulatorOptions {
  readonly registration: Registration;
  /** The directory of the challenges' key and the transactions; if omitted, they are in memory. */
  readonly directory?: string;
  readonly port?: number;
  readonly controlPort?: number;
  /** The lifetime of access tokens; 3599 s by default, as in Entra. */
  readonly tokenLifetimeSeconds?: number;
  readonly nowMilliseconds?: () => number;
}

/** The running emulator, with its state for tests. */
export interface IntuneEmulator extends Pick<TenantParts, 'faults' | 'tokens' | 'revocations'> {
  /** Authority, Graph and Intune have one origin here and differ by path. */
  readonly origin: string;
  readonly controlOrigin: string;
  readonly state: TenantState;
  /** Creates a challenge, as a device with an assigned SCEP profile receives it. */
  readonly challenge: (expected?: ExpectedRequest) => string;
  /** Moves the services to another address; the old one then answers 404. */
  readonly move: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts the services and, on another port, the control API; both on 127.0.0.1 only. */
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
  const state = createTenantState();
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
    challenge: (expected = {}) => createChallengeFor(expected, parts),
    move: () => {
      state.base = createBase();
    },
    stop: async () => {
      await Promise.all([microsoft.stop(), control.stop()]);
    },
  };
};
