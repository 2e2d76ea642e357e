/**
 * The client secrets of an OIDC app as one list. The record keeps one that is active apart (`clientSecret`), so that an org
 * file with a single secret stays short.
 */
import type { OidcSettings } from './application.js';

/** An app has no more than these at a time: the one in use, and its replacement. */
export const MOST_SECRETS = 2;

export type ClientSecret = OidcSettings['otherSecrets'][number];

/** The oldest first. */
export function secretsOf({ clientSecret, clientSecretDates, otherSecrets }: OidcSettings): readonly ClientSecret[] {
  const first =
    clientSecret === undefined ? [] : [{ secret: clientSecret, status: 'ACTIVE' as const, ...clientSecretDates }];
  const age = ({ created = '' }: ClientSecret) => created;
  return [...first, ...otherSecrets].sort((a, b) => age(a).localeCompare(age(b)));
}

/** The settings with these secrets in place of the ones they had: at most {@link MOST_SECRETS}, one of them active. */
export function withSecrets(oidc: OidcSettings, secrets: readonly ClientSecret[]): OidcSettings {
  const { clientSecret: _, clientSecretDates: __, ...rest } = oidc;
  const first = secrets.find(({ status }) => status === 'ACTIVE');
  const otherSecrets = secrets.filter((secret) => secret !== first);
  if (first === undefined) return { ...rest, otherSecrets };
  const { secret, status: ___, ...dates } = first;
  return {
    ...rest,
    clientSecret: secret,
    ...(dates.created !== undefined && { clientSecretDates: dates }),
    otherSecrets,
  };
}
