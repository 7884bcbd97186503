import { Crypto } from '@peculiar/webcrypto';
import * as pkijs from 'pkijs';

/**
 * pkijs's engine. The polyfill, as Node's own WebCrypto has no DES-EDE3-CBC and no
 * RSAES-PKCS1-v1_5.
 */
export const pkijsEngine = new pkijs.CryptoEngine({ name: 'scep-connector', crypto: new Crypto() });
