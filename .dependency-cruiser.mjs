// Which way an import may point. Resolves through the same condition as Node, so it sees sources, never dist.
// tools/lint/import-direction.test.ts plants one bad import per rule; a rule without one fails that test.
const rule = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to });

/** Any workspace folder but those named: what a package may not import of ours. */
const oursExcept = (...allowed) =>
  `^(apps|lab|e2e|tools)/|^packages/(?!${allowed.map((folder) => `${folder}/`).join('|')})`;

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },

    rule('protocol-imports-nothing-of-ours', '^packages/protocol/src', { path: oursExcept('protocol') }),
    rule('signals-imports-protocol-at-most', '^packages/signals/src', { path: oursExcept('signals', 'protocol') }),
    rule('signals-takes-only-types-of-protocol', '^packages/signals/src', {
      path: '^packages/protocol/',
      dependencyTypesNot: ['type-only'],
    }),
    rule('client-imports-protocol-and-signals', '^packages/client/src', {
      path: oursExcept('client', 'protocol', 'signals'),
    }),
    rule('emulator-imports-protocol-only', '^packages/emulator/src', { path: oursExcept('emulator', 'protocol') }),
    rule('relay-imports-client-protocol-signals', '^packages/relay/src', {
      path: oursExcept('relay', 'client', 'protocol', 'signals'),
    }),
    rule('cli-imports-client-emulator-relay-protocol', '^packages/cli/src', {
      path: oursExcept('cli', 'client', 'emulator', 'relay', 'protocol'),
    }),
    rule('console-imports-client-only', '^apps/console/(src|index)', {
      path: '^(lab|e2e|tools)/|^packages/(?!client/)',
    }),

    // They run in browsers too: no node: module, and nothing from the registry.
    rule('browser-packages-do-no-node-io', '^packages/(protocol|signals|client)/src', { dependencyTypes: ['core'] }),
    rule('browser-packages-have-no-dependencies', '^packages/(protocol|signals|client)/src', {
      path: '(^|/)node_modules/',
    }),

    // Another package is imported by its name, so that its `exports` decide what is public. The client's doubles (clock,
    // socket, platform) also serve the tests of what is built on the client.
    rule('no-relative-import-of-another-package', '^((?:packages|apps)/[^/]+|lab)/', {
      path: '^(packages|apps|lab)/',
      pathNot: ['^$1/', '^packages/client/test/support/'],
      dependencyTypes: ['local'],
    }),
    rule('sources-import-no-tests', '^(packages|apps)/[^/]+/src/', { path: '/test/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|artifacts)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['backchannel-source', 'import', 'node', 'default'],
    },
  },
};
