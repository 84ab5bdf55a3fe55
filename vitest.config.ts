import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const source = 'backchannel-source';

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  // Tests run in Node, so this list decides; without the defaults, packages lose their `node` and `module` entries.
  ssr: { resolve: { conditions: [source, ...defaultServerConditions], externalConditions: [source] } },
  test: {
    // Children that a test starts must find the sources too, even when an editor starts vitest without npm.
    env: { NODE_OPTIONS: `--conditions=${source}` },
    setupFiles: ['tools/test/property-seed.ts'],
    include: ['{packages,apps}/*/test/**/*.test.{ts,tsx}', '{e2e,tools,lab}/**/*.test.ts'],
    // The end-to-end files mostly wait for a browser, a child process or an expiry: more of them than cores fit side by side.
    maxWorkers: 4,
    // A busy machine is not a failing test: the property tests take 3 s alone and several times that beside a browser.
    testTimeout: 30_000,
    coverage: { provider: 'v8', include: ['packages/*/src/**'], reporter: ['text', 'json-summary'] },
  },
});
