/** Every page of the console, in the order of its way about. They are no part of the API, and not in its description. */
import type { Endpoint } from '../endpoint.js';
import { AGENT_PAGES } from './agent-pages.js';
import { APPLICATION_PAGES } from './application-pages.js';
import { ASSETS } from './assets.js';
import { EXCHANGE_PAGES } from './exchange-pages.js';
import { GROUP_PAGES } from './group-pages.js';
import { OVERVIEW } from './overview-page.js';
import { PEOPLE_PAGES } from './people-pages.js';
import { PROBE_PAGES } from './probe-pages.js';
import { PURPOSE_PAGES } from './purpose-pages.js';
import { SIGN_IN_ENDPOINTS } from './sign-in-page.js';
import { SYSTEM_LOG_PAGES } from './system-log-pages.js';
import { TRY_IT } from './try-it-page.js';

export const CONSOLE_ENDPOINTS: readonly Endpoint[] = [
  OVERVIEW,
  ...APPLICATION_PAGES,
  ...PEOPLE_PAGES,
  ...GROUP_PAGES,
  ...AGENT_PAGES,
  ...SYSTEM_LOG_PAGES,
  ...EXCHANGE_PAGES,
  TRY_IT,
  ...PROBE_PAGES,
  ...PURPOSE_PAGES,
  ...SIGN_IN_ENDPOINTS,
  ...ASSETS,
];
