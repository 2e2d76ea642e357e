/** The certificate of a service provider, as an administrator pastes it: PEM, or the base64 within it. */
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** As one PEM block. */
export function certificatePem(text: string): string {
  const base64 = text.replace(BEGIN, '').replace(END, '').replace(/\s/g, '');
  return [BEGIN, ...(base64.match(/.{1,64}/g) ?? []), END, ''].join('\n');
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(certificatePem(text)).publicKey.asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}

export const Certificate = z.string().max(20_000).refine(isCertificate, 'is no X.509 certificate, as PEM or base64');
