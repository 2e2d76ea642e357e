/** Preloaded by a test into the program: listening fails in a way that nobody foresaw. */
const { Server } = require('node:net');

Server.prototype.listen = () => {
  throw new Error('broken on purpose');
};
