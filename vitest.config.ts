import { defineConfig } from 'vitest/config'

/** When something that never comes is given up, in ms: bounds for a hang, no pace. A busy machine takes seconds for what takes milliseconds. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000, interval: 10 } } }

export default defineConfig({
  test: {
    // One by one the files take over four minutes, and most of that is waiting.
    maxWorkers: 2,
    globalSetup: './test/support/display.ts',
    projects: [
      { test: { ...patience, name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], environment: 'node' } },
      // real processes killed again and again, which takes its time
      {
        test: {
          ...patience,
          name: 'endurance',
          include: ['test/endurance/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
        },
      },
      { test: { ...patience, name: 'contract', include: ['test/contract/**/*.test.{ts,tsx}'], environment: 'node' } },
    ],
  },
})
