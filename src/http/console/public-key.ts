/** A public key as it is pasted into a form. */
import { notValid } from '../../admin/change.js';
import { SentKey } from '../../registry/sent-credentials.js';
import { isNoPublicKey, publicKeyFrom } from '../../tokens/public-key-text.js';
import { asked } from './page.js';

/**
 * @param text PEM, a certificate, or a JWK
 * @param kid what the key is called from now on; empty: as it calls itself, or a new name
 */
export function publicKeyAsked(text: string, kid = '') {
  const read = publicKeyFrom(text);
  if (isNoPublicKey(read)) return notValid('key', `Public key ${read.notPublicKey}`);
  return asked(SentKey, kid === '' ? read : { ...read, kid }, { kid: 'Key ID', '': 'Public key' });
}
