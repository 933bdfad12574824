import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One by one the files take over four minutes, and most of that is waiting.
    maxWorkers: 2,
    globalSetup: './test/support/display.ts',
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], environment: 'node' } },
      // real processes killed again and again, which takes its time
      {
        test: {
          name: 'endurance',
          include: ['test/endurance/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
        },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], environment: 'node', testTimeout: 30_000 } },
    ],
  },
})
