/** Every page of the console, in the order of its way about. They are no part of the API, and not in its description. */
import type { Endpoint } from '../endpoint.js';
import { AGENT_PAGES } from './agent-pages.js';
import { ASSETS } from './assets.js';
import { OVERVIEW } from './overview-page.js';
import { SIGN_IN_ENDPOINTS } from './sign-in-page.js';

export const CONSOLE_ENDPOINTS: readonly Endpoint[] = [OVERVIEW, ...AGENT_PAGES, ...SIGN_IN_ENDPOINTS, ...ASSETS];
