/** Every page of the console, in the order of its way about. They are no part of the API, and not in its description. */
import type { Endpoint } from '../endpoint.js';
import { AGENT_PAGES } from './agent-pages.js';
import { ASSETS } from './assets.js';
import { EXCHANGE_PAGES } from './exchange-pages.js';
import { OVERVIEW } from './overview-page.js';
import { PURPOSE_PAGES } from './purpose-pages.js';
import { SIGN_IN_ENDPOINTS } from './sign-in-page.js';
import { SYSTEM_LOG_PAGES } from './system-log-pages.js';

export const CONSOLE_ENDPOINTS: readonly Endpoint[] = [
  OVERVIEW,
  ...AGENT_PAGES,
  ...SYSTEM_LOG_PAGES,
  ...EXCHANGE_PAGES,
  ...PURPOSE_PAGES,
  ...SIGN_IN_ENDPOINTS,
  ...ASSETS,
];
