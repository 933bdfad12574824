import { defineConfig } from 'vitest/config'

/*
 * Node 24.15 and later can crash without a word (SIGSEGV) while Maglev, V8's middle compiler, compiles beside busy code on
 * a machine that is short of processors, which two forks with their script threads make of it.
 * https://github.com/nodejs/node/issues/64841
 */
const execArgv = ['--no-maglev']

/** When something that never comes is given up, in ms: bounds for a hang, no pace. A busy machine takes seconds for what takes milliseconds. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000, interval: 10 } } }

export default defineConfig({
  test: {
    // One by one the files take over four minutes, and most of that is waiting.
    maxWorkers: 2,
    globalSetup: ['./test/support/compile-cache.ts', './test/support/display.ts'],
    projects: [
      { test: { ...patience, execArgv, name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], environment: 'node' } },
      // hundreds of thousands of hostile or crossing messages, and processes killed again and again, which take their time
      {
        test: {
          ...patience,
          execArgv,
          name: 'endurance',
          include: ['test/endurance/**/*.test.ts'],
          environment: 'node',
          testTimeout: 300_000,
        },
      },
      {
        test: {
          ...patience,
          execArgv,
          name: 'contract',
          include: ['test/contract/**/*.test.{ts,tsx}'],
          environment: 'node',
        },
      },
    ],
  },
})
