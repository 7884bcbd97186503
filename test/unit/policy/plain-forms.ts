/** Searches octets for texts that are encoded but not encrypted. */

/** A text in octets, by the name of its encoding. */
export const encoders = {
  'UTF-8': (text: string): Buffer => Buffer.from(text),
  'UTF-16': (text: string): Buffer => Buffer.from(text, 'utf16le'),
  base64: (text: string): Buffer => Buffer.from(Buffer.from(text).toString('base64')),
  hexadecimal: (text: string): Buffer => Buffer.from(Buffer.from(text).toString('hex')),
} as const;

/** The texts that the octets hold in one of these encodings, at any position. */
export const plainTextsIn = (octets: Uint8Array, texts: readonly string[]): readonly string[] =>
  texts.filter((text) =>
    [
      encoders['UTF-8'](text),
      encoders['UTF-16'](text),
      encoders.hexadecimal(text),
      ...[0, 1, 2].map((offset) => base64Within(text, offset)),
    ].some((form) => Buffer.from(octets).includes(form)),
  );

/** The characters of base64 that a text alone decides, if it begins at this offset modulo 3. */
function base64Within(text: string, offset: number): Buffer {
  const bits = 8 * (offset + Buffer.byteLength(text));
  const encoded = encoders.base64('\0'.repeat(offset) + text);
  return encoded.subarray(Math.ceil((8 * offset) / 6), Math.floor(bits / 6));
}
