import { Crypto } from '@peculiar/webcrypto';
import * as pkijs from 'pkijs';

/**
 * The crypto engine that pkijs uses. It wraps a polyfill, because Node's own WebCrypto lacks
 * DES-EDE3-CBC and RSAES-PKCS1-v1_5.
 */
export const pkijsEngine = new pkijs.CryptoEngine({ name: 'scep-connector', crypto: new Crypto() });
