#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they get this sentence instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** @param {string} sentence */
function cannotRun(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

if (major > 22 || (major === 22 && minor >= 18)) {
  try {
    const { runAsProcess } = await import('#main');
    await runAsProcess();
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const again = ['npx backchannel', ...process.argv.slice(2)].join(' ');
    const [, missing] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
    cannotRun(
      missing === undefined
        ? `backchannel cannot start: its files are not built, and their sources run only with the options that npm gives to Node.\nRun it by npm: ${again}`
        : `backchannel cannot start: the package ${missing}, which it needs, is not installed.\nInstall what is missing with npm ci (or npm install), then: ${again}`,
    );
  }
} else {
  cannotRun(
    `backchannel cannot run on Node ${process.versions.node}: it needs Node 22.18 or newer.\n` +
      'Install a current one from https://nodejs.org (or: nvm install 24), and try again.',
  );
}
