/** The doors of *Directory > AI Agents*. */
import type { Endpoint } from '../endpoint.js';

export const AGENT_PAGES: readonly Endpoint[] = [];
