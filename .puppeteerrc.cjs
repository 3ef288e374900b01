// The browser comes from an npm package or the system, never from an install script.
module.exports = { skipDownload: true };
