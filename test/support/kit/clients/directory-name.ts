import { type NameAttribute, name } from '../names.ts';

/**
 * A Name in the string types that most servers write: IA5String for DC and E, PrintableString for
 * the rest.
 */
export const directoryName = (
  ...attributes: readonly (readonly [type: NameAttribute['type'], value: string])[]
): Uint8Array =>
  name(
    ...attributes.map(([type, value]) => ({
      type,
      value,
      as: type === 'DC' || type === 'E' ? ('ia5' as const) : ('printable' as const),
    })),
  );
