/** How an RSA key is given to Node for the transport of a content key. */
import { constants, type KeyObject } from 'node:crypto';
import type { KeyTransport } from './algorithms.ts';

/**
 * What `privateDecrypt` and `publicEncrypt` take. For PKCS#1 v1.5 that is the key itself with its
 * padding as a property: of an object around a key Node asks twice whether it is a key, by way of
 * exceptions, which takes 17 us, and 40 us under an async call stack (measured on Node 24.21). A
 * runtime that ignored the property would use OAEP, and self-test.ts would refuse it. Signatures,
 * which use the same key, are PKCS#1 v1.5 either way.
 */
export const createRsaKey = (transport: KeyTransport, key: KeyObject) =>
  transport.scheme === 'pkcs1'
    ? Object.assign(key, { padding: constants.RSA_PKCS1_PADDING })
    : { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: transport.digest.nodeName };
