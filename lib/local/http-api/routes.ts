/**
 * Chooses a route as API Gateway does: a full match, then the longest greedy match, then
 * `$default`.
 */

/** A route: its key `METHOD /path`, and its target. */
export interface Route<Target> {
  readonly key: string;
  readonly target: Target;
}

/** A chosen route with the values of its path variables. */
export interface RouteMatch<Target> {
  readonly route: Route<Target>;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/** Finds the route of a request by its decoded path. Returns undefined if no route matches. */
export const matchRoute = <Target>(
  routes: readonly Route<Target>[],
  method: string,
  path: string,
): RouteMatch<Target> | undefined => {
  const candidates = routes
    .map((route) => ({ route, ...matchKey(route.key, method, path) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank);
  const best = candidates[0];
  if (!best) return undefined;
  const { route, parameters } = best;
  const hasParameters = Object.keys(parameters).length > 0;
  return { route, pathParameters: hasParameters ? parameters : undefined };
};

interface KeyMatch {
  /** The match with the highest rank wins. Zero means no match. */
  readonly rank: number;
  readonly parameters: Readonly<Record<string, string>>;
}

const noMatch: KeyMatch = { rank: 0, parameters: {} };
const fullRank = 1_000_000;
const greedyRank = 1_000;

const matchKey = (key: string, method: string, path: string): KeyMatch => {
  if (key === '$default') return { rank: 1, parameters: {} };
  const [keyMethod = '', template = ''] = key.split(' ');
  if (keyMethod !== 'ANY' && keyMethod !== method) return noMatch;
  // A route for this method has priority over one for ANY.
  const methodRank = keyMethod === 'ANY' ? 0 : 1;
  const parameters = matchSegments(template.split('/'), path.split('/'));
  if (!parameters) return noMatch;
  const isGreedy = template.endsWith('+}');
  // Among greedy routes the longest fixed part wins. Among full matches the one with the fewest
  // variables wins.
  const variables = template.split('{').length - 1;
  const rank = isGreedy ? greedyRank + template.length * 2 : fullRank - variables * 2;
  return { rank: rank + methodRank, parameters };
};

const matchSegments = (
  template: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of template.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(segment)?.[1];
    // `/scep/default/` does not match `/scep/default`. It matches `/scep/default/{proxy+}` with an
    // empty `proxy`.
    if (greedy)
      return path.length > index
        ? { ...parameters, [greedy]: path.slice(index).join('/') }
        : undefined;
    const variable = /^\{(.+)\}$/.exec(segment)?.[1];
    const actual = path[index];
    if (actual === undefined || (variable ? actual === '' : actual !== segment)) return undefined;
    if (variable) parameters[variable] = actual;
  }
  return path.length === template.length ? parameters : undefined;
};
