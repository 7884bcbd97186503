/** Reads CloudWatch's event for the widget. PanelParameters that are not in a list are ignored. */
import { AdminFault } from '../api/fault.ts';

const views = ['list', 'find', 'create', 'rotate', 'challenge'] as const;
const actions = ['create', 'show', 'rotate', 'revoke'] as const;

/** A view, which changes nothing. */
export type View = (typeof views)[number];
/** An action, which only a confirmed button may request. */
export type Action = (typeof actions)[number];

/** The parameters of a call, from the widget itself or from a button. */
export interface PanelParameters {
  readonly view?: View;
  readonly action?: Action;
  readonly connector?: string;
  readonly challenge?: string;
  /** The position of a page of challenges. */
  readonly after?: string;
  /** The position of a page of enrolments. */
  readonly before?: string;
  readonly only?: 'refused';
  /** Identifies a button, so that a second press does not repeat the action. */
  readonly token?: string;
}

/** A checked call. */
export interface PanelRequest extends PanelParameters {
  readonly theme: 'light' | 'dark';
  /** The texts in all forms of the widget, which form.ts checks. */
  readonly form: Readonly<Record<string, string>>;
  /**
   * The account that the browser claims. Lambda does not pass the user of the console to a
   * function. CloudTrail's data events of this function name the principal (docs/console.md).
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

const checks: Readonly<Record<keyof PanelParameters, Check>> = {
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
 * Reads an event. Throws `ValidationException` for an invalid parameter, and for an action that no
 * button requests.
 */
export function readPanelRequest(event: unknown): PanelRequest {
  const received = membersOf(event);
  const context = membersOf(received.widgetContext);
  refuseActionOfWidget(received, context);
  return {
    ...readParameters(received),
    theme: readTheme(event),
    form: readForm(membersOf(context.forms).all),
    who: readWho(context.accountId),
    offsetMinutes: parseOffset(membersOf(context.timezone).offsetISO),
  };
}

/** Reads the theme alone, also from an invalid event. */
export const readTheme = (event: unknown): PanelRequest['theme'] =>
  membersOf(membersOf(event).widgetContext).theme === 'dark' ? 'dark' : 'light';

/**
 * Refuses an action in the widget's own parameters, which CloudWatch sends in `params`. They come
 * with every viewer's refresh, so an editor of the dashboard could use a viewer's permissions.
 */
function refuseActionOfWidget(received: Members, { params }: Members): void {
  if (received.action === undefined) return;
  if (typeof params === 'object' && params !== null && !Object.hasOwn(params, 'action')) return;
  throw new AdminFault(
    'ValidationException',
    'action: only a button of the panel may request one, never a parameter of the widget',
  );
}

function readParameters(received: Members): PanelParameters {
  const entries = Object.entries(checks)
    .filter(([name]) => received[name] !== undefined)
    .map(([name, isAllowed]) => {
      if (isAllowed(received[name])) return [name, received[name]];
      throw new AdminFault('ValidationException', `${name}: an invalid value`);
    });
  return Object.fromEntries(entries) as PanelParameters;
}

const readForm = (all: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(membersOf(all)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

const readWho = (accountId: unknown): string =>
  typeof accountId === 'string' && /^\d{12}$/.test(accountId)
    ? `console:${accountId}`
    : 'console:unknown';

function parseOffset(iso: unknown): number {
  const [, sign, hours, minutes] =
    (typeof iso === 'string' && /^([+-])([01]\d):([0-5]\d)$/.exec(iso)) || [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};
