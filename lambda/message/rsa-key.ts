/** An RSA key as an argument of Node, for the encryption of content keys. */
import { constants, type KeyObject } from 'node:crypto';
import type { KeyTransport } from './algorithms.ts';

/**
 * The key argument of `privateDecrypt` and `publicEncrypt`. For PKCS#1 v1.5 it is the key itself
 * with its padding as a property. Around a key in an object, Node throws and catches two
 * exceptions. They take 17 us, or 40 us under an async call stack (measured on Node 24.21). A
 * runtime that ignores the property uses OAEP, and self-test.ts refuses it. Signatures with the
 * same key object are PKCS#1 v1.5 either way.
 */
export const createRsaKey = (transport: KeyTransport, key: KeyObject) =>
  transport.scheme === 'pkcs1'
    ? Object.assign(key, { padding: constants.RSA_PKCS1_PADDING })
    : { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: transport.digest.nodeName };
