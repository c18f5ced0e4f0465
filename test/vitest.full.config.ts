import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import base from '../vitest.config.ts'

/** The tests of `npm run test:full`, which need tools of test/tools, a browser or a network of their own. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...base.test,
    include: ['test/**/*.full.test.ts'],
    exclude: ['test/tools/**', 'node_modules/**'],
    testTimeout: 120_000,
  },
})
