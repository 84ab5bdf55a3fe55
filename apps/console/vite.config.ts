import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // The page is built from the packages' sources, like everything else in the repository.
  resolve: { conditions: ['backchannel-source', ...defaultClientConditions] },
  // What is built is the page that people get, also where tests build it: NODE_ENV says "test" there.
  ...(command === 'build' && {
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
  }),
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true },
  server: { host: '127.0.0.1', port: 4200 },
}));
