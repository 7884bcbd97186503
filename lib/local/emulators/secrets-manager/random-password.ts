/** `GenerateSecretString` of a template: a random password, alone or inside a JSON template. */
import { randomInt } from 'node:crypto';
import type { Json } from '../aws-service.ts';

/** The kinds of character, each with the option that excludes it. */
const kinds = [
  { exclude: 'ExcludeLowercase', characters: 'abcdefghijklmnopqrstuvwxyz' },
  { exclude: 'ExcludeUppercase', characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
  { exclude: 'ExcludeNumbers', characters: '0123456789' },
  { exclude: 'ExcludePunctuation', characters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' },
] as const;

const knownOptions = new Set([
  ...kinds.map(({ exclude }) => exclude as string),
  'ExcludeCharacters',
  'GenerateStringKey',
  'IncludeSpace',
  'PasswordLength',
  'RequireEachIncludedType',
  'SecretStringTemplate',
]);

/** Generates the text. Refuses an unknown option, and options that exclude every character. */
export const generateSecretString = (options: Json): string => {
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown) throw new Error(`GenerateSecretString: ${unknown} is not modelled`);
  const password = generatePassword(options);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  if (template === undefined) return password;
  return JSON.stringify({ ...JSON.parse(String(template)), [String(key)]: password });
};

const generatePassword = (options: Json): string => {
  const excluded = new Set(String(options.ExcludeCharacters ?? ''));
  const allowed = (characters: string): string[] =>
    [...characters].filter((one) => !excluded.has(one));
  const included = kinds
    .filter(({ exclude }) => options[exclude] !== true)
    .map(({ characters }) => allowed(characters));
  const alphabet = [...included.flat(), ...(options.IncludeSpace === true ? [' '] : [])];
  if (alphabet.length === 0) throw new Error('GenerateSecretString: every character is excluded');
  const length = Number(options.PasswordLength ?? 32);
  // At least one of each kind, unless the options disable that: they are drawn first, then
  // shuffled.
  const required =
    options.RequireEachIncludedType === false ? [] : included.filter((kind) => kind.length > 0);
  const drawn = [
    ...required.map(drawFrom),
    ...Array.from({ length: length - required.length }, () => drawFrom(alphabet)),
  ];
  return shuffle(drawn).join('');
};

const drawFrom = (characters: readonly string[]): string =>
  characters[randomInt(characters.length)] ?? '';

const shuffle = (characters: readonly string[]): string[] => {
  const left = [...characters];
  const shuffled: string[] = [];
  while (left.length > 0) shuffled.push(...left.splice(randomInt(left.length), 1));
  return shuffled;
};
