/** The written reports, each by itself. One process for all of them: to start one costs more than most of these tests. */
import './reports/console.js';
import './reports/html.js';
import './reports/json.js';
import './reports/junit.js';
import './reports/markdown.js';
import './reports/sarif.js';
import './reports/views.js';
import './reports/visible.js';
