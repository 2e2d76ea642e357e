/** Applications as requests of the management API, for tests to send and to change. */

/** A SAML app with what it must have. */
export const samlApp = (label: string, more: object = {}) => ({
  label,
  signOnMode: 'SAML_2_0',
  settings: { signOn: { ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' } },
  ...more,
});

/** An OIDC app with what it must have. */
export const oidcApp = (label: string, oauthClient: object = {}, credentials: object = {}, more: object = {}) => ({
  label,
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: credentials },
  settings: { oauthClient: { redirect_uris: ['https://app.example/callback'], ...oauthClient } },
  ...more,
});
