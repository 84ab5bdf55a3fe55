#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they get this sentence instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const { runAsProcess } = await import('#main');
  await runAsProcess();
} else {
  console.error(
    `backchannel cannot run on Node ${process.versions.node}: it needs Node 22.18 or newer.\n` +
      'Install a current one from https://nodejs.org (or: nvm install 24), and try again.',
  );
  process.exitCode = 1;
}
