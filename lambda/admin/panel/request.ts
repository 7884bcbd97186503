/**
 * Reads CloudWatch's event for the widget. A list names the allowed parameters, and nothing else is
 * read.
 */
import { AdminFault } from '../api/fault.ts';

/** The views; none of them changes anything. */
const views = ['list', 'find', 'create', 'rotate', 'challenge'] as const;
/** The actions, each behind a button with a confirmation. */
const actions = ['create', 'show', 'rotate', 'revoke'] as const;

export type View = (typeof views)[number];
export type Action = (typeof actions)[number];

/** The parameters of a call: the widget's own, or what a button of ours sends. */
export interface Parameters {
  readonly view?: View;
  readonly action?: Action;
  readonly connector?: string;
  readonly challenge?: string;
  /** A page of challenges, and of enrolments. */
  readonly after?: string;
  readonly before?: string;
  readonly only?: 'refused';
  /** Makes a button that is pressed twice one act. */
  readonly token?: string;
}

/** A call, checked. */
export interface PanelRequest extends Parameters {
  readonly theme: 'light' | 'dark';
  /** The texts of all forms in the widget; form.ts checks them. */
  readonly form: Readonly<Record<string, string>>;
  /**
   * The caller, as far as it is known. Lambda does not learn which user of the console calls it,
   * and the account is the browser's own claim. CloudTrail's data events of this function name the
   * principal (docs/console.md).
   */
  readonly who: string;
  /** The viewer's distance from UTC. */
  readonly offsetMinutes: number;
}

type Members = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const pageToken = /^[\w.~+/=:#|-]{1,2048}$/;

const checks: Readonly<Record<keyof Parameters, Check>> = {
  view: oneOf(views),
  action: oneOf(actions),
  connector: matching(/^[a-z0-9-]{1,32}$/),
  challenge: matching(uuid),
  after: matching(pageToken),
  before: matching(pageToken),
  only: oneOf(['refused']),
  token: matching(uuid),
};

/**
 * Reads an event; throws `AdminFault` for a parameter that is not allowed, and for an action
 * without its button.
 */
export function readPanelRequest(event: unknown): PanelRequest {
  const given = membersOf(event);
  const context = membersOf(given.widgetContext);
  refuseStandingAct(given, context);
  return {
    ...parametersOf(given),
    theme: readTheme(event),
    form: formOf(membersOf(context.forms).all),
    who: whoOf(context.accountId),
    offsetMinutes: offsetOf(membersOf(context.timezone).offsetISO),
  };
}

/** The theme alone, which an error needs too. */
export const readTheme = (event: unknown): PanelRequest['theme'] =>
  membersOf(membersOf(event).widgetContext).theme === 'dark' ? 'dark' : 'light';

/**
 * A widget's own parameters come with every refresh, for every viewer of the dashboard. An editor
 * of the dashboard must not act with a viewer's permissions. CloudWatch sends those parameters
 * beside the call's.
 */
function refuseStandingAct(given: Members, { params }: Members): void {
  if (given.action === undefined) return;
  if (typeof params === 'object' && params !== null && !Object.hasOwn(params, 'action')) return;
  throw new AdminFault(
    'ValidationException',
    'action: only a button of the panel may ask for one, never a parameter of the widget',
  );
}

function parametersOf(given: Members): Parameters {
  const entries = Object.entries(checks)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, isAllowed]) => {
      if (isAllowed(given[name])) return [name, given[name]];
      throw new AdminFault('ValidationException', `${name}: not a value this widget knows`);
    });
  return Object.fromEntries(entries) as Parameters;
}

const formOf = (all: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(membersOf(all)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

const whoOf = (accountId: unknown): string =>
  typeof accountId === 'string' && /^\d{12}$/.test(accountId)
    ? `console:${accountId}`
    : 'console:unknown';

function offsetOf(iso: unknown): number {
  const [, sign, hours, minutes] =
    (typeof iso === 'string' && /^([+-])([01]\d):([0-5]\d)$/.exec(iso)) || [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};
