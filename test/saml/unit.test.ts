/** SAML by itself. One process for all of it: to start one costs more than most of these tests. */
import './unit/assertion.js';
import './unit/bend.js';
import './unit/bindings.js';
import './unit/certificate.js';
import './unit/hostile.js';
import './unit/messages.js';
import './unit/metadata.js';
import './unit/property.js';
import './unit/response.js';
import './unit/signature.js';
