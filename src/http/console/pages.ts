/** Every page of the console, in the order of its way about. They are no part of the API, and not in its description. */
import type { Endpoint } from '../endpoint.js';
import { AGENT_PAGES } from './agent-pages.js';
import { ASSETS } from './assets.js';
import { EDGE_CASE_PAGES } from './edge-case-pages.js';
import { EXPLAIN_PAGE } from './explain-page.js';
import { KEY_PAGE } from './key-page.js';
import { ORG_PAGE } from './org-page.js';
import { OVERVIEW } from './overview-page.js';
import { SAML_EDGE_CASE_PAGES } from './saml-edge-case-pages.js';
import { SIGN_IN_ENDPOINTS } from './sign-in-page.js';
import { SWITCH_PAGES } from './switch-pages.js';

export const CONSOLE_ENDPOINTS: readonly Endpoint[] = [
  OVERVIEW,
  ...AGENT_PAGES,
  ...EDGE_CASE_PAGES,
  ...SAML_EDGE_CASE_PAGES,
  EXPLAIN_PAGE,
  ...SWITCH_PAGES,
  KEY_PAGE,
  ORG_PAGE,
  ...SIGN_IN_ENDPOINTS,
  ...ASSETS,
];
