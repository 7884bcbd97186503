/** IAM's wildcards: `*` matches any characters, and `?` matches one. */

/** Creates a pattern's matcher; refuses a policy variable, which is not modelled. */
export const createWildcardMatcher = (
  pattern: string,
  flags: '' | 'i' = '',
): ((text: string) => boolean) => {
  if (pattern.includes('${')) throw new Error(`the policy variable in ${pattern}`);
  if (pattern === '*') return () => true;
  const source = pattern
    .replaceAll(/[.+^$(){}|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  return (text) => expression.test(text);
};
