/** The parts of Node's zlib module that the bundles use. It is loaded at the first call. */
export const crc32 = (data: Uint8Array, value?: number): number =>
  process.getBuiltinModule('node:zlib').crc32(data, value);
