import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: './test/support/display.ts',
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], environment: 'node' } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], environment: 'node', testTimeout: 30_000 } },
    ],
  },
})
