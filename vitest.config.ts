import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,db,api,bots,journeys}/**/*.test.ts', 'test/architecture.test.ts'],
    exclude: ['test/tools/**', '**/*.full.test.ts', 'node_modules/**'],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/track-failures.ts',
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})
