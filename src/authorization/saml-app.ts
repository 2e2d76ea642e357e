/** A SAML application as its users' browsers meet it: its addresses at the org, and where its responses may go. */
import type { Org } from '../org.js';
import { type Fact, problem } from '../protocol/rule.js';
import type { SamlApp } from '../registry/application.js';
import { usualAcs } from '../registry/saml-addresses.js';
import type { SamlSettings } from '../registry/saml-settings.js';

/** Where the application signs its users in (`sso`), and out again (`slo`). */
export function samlUrl({ issuer }: Org, { name, saml }: SamlApp, what: 'sso' | 'slo'): string {
  return `${issuer}/app/${name}/${saml.externalKey}/${what}/saml`;
}

const otherAcs = (saml: SamlSettings) => (saml.allowMultipleAcsEndpoints ? saml.acsEndpoints : []);

/** Every URL that a response may be sent to. */
export function acsUrlsOf(saml: SamlSettings): readonly string[] {
  return [usualAcs(saml), ...otherAcs(saml).map(({ url }) => url)];
}

/** What a request says of where its response shall go: nothing, or one of them. */
export interface AskedAcs {
  readonly assertionConsumerServiceUrl?: string | undefined;
  readonly assertionConsumerServiceIndex?: string | undefined;
}

/** Where the response goes: never anywhere that is not registered. */
export function acsFor(saml: SamlSettings, asked: AskedAcs): Fact<string, 'unregistered' | 'ambiguous'> {
  const { assertionConsumerServiceUrl: url, assertionConsumerServiceIndex: index } = asked;
  const usual = usualAcs(saml);
  if (url !== undefined && index !== undefined) return problem('ambiguous');
  if (url === undefined && index === undefined) return usual;
  if (url === usual || url === saml.ssoAcsUrl) return usual;
  const found = otherAcs(saml).find((other) => other.url === url || String(other.index) === index);
  return found?.url ?? problem('unregistered');
}
