/** Where a SAML application has its responses sent, and to whom they say that they are addressed. */
import type { SamlSettings } from './saml-settings.js';

type Addresses = Pick<SamlSettings, 'ssoAcsUrl' | 'ssoAcsUrlOverride' | 'recipient' | 'destination'>;

/** Where responses go when nobody says otherwise. */
export const usualAcs = ({ ssoAcsUrl, ssoAcsUrlOverride }: Addresses): string => ssoAcsUrlOverride ?? ssoAcsUrl;

/**
 * What a response says. What the settings merely repeat of the usual address goes where the response goes.
 * @param acsUrl where it is sent
 */
export function addressedTo({ ssoAcsUrl, recipient, destination }: Addresses, acsUrl: string) {
  const inPlace = (set: string | undefined) => (set === undefined || set === ssoAcsUrl ? acsUrl : set);
  return { recipient: inPlace(recipient), destination: inPlace(destination) };
}
