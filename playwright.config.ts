import { defineConfig } from '@playwright/test'

const jsonFile = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results/e2e',
  globalSetup: './test/support/display.ts',
  // Real windows and one screen: one test at a time. A test that passes at the second try has found a fault.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Bounds for a hang, no pace: some tests start the app five times, which takes a busy machine over a minute.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: jsonFile ? [['list'], ['json', { outputFile: jsonFile }]] : 'list',
})
