/** Every page of what is done on purpose: edge cases, faults, keys, the clock, orgs and their states. */
import type { Endpoint } from '../endpoint.js';
import { EDGE_CASE_PAGES } from './edge-case-pages.js';
import { EXPLAIN_PAGE } from './explain-page.js';
import { KEY_PAGE } from './key-page.js';
import { ORG_PAGE } from './org-page.js';
import { SAML_EDGE_CASE_PAGES } from './saml-edge-case-pages.js';
import { SWITCH_PAGES } from './switch-pages.js';

export const PURPOSE_PAGES: readonly Endpoint[] = [
  ...EDGE_CASE_PAGES,
  ...SAML_EDGE_CASE_PAGES,
  EXPLAIN_PAGE,
  ...SWITCH_PAGES,
  KEY_PAGE,
  ORG_PAGE,
];
