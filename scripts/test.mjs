// Runs all tests: sees to what they need, builds if a source has changed, then unit and contract tests, then end to end.
// Arguments go to both runners, to run only what matches them. The last line counts: `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const results = path.join(root, 'test-results')
const filters = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0 }

for (const step of [
  ['scripts/setup.mjs', '--tests'],
  ['scripts/build.mjs', '--if-stale'],
]) {
  const status = run(step)
  if (status !== 0) process.exit(status)
}

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const vitestResult = path.join(results, 'vitest.json')
const vitestStatus = run([
  'node_modules/vitest/vitest.mjs',
  'run',
  '--passWithNoTests',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${vitestResult}`,
  ...filters,
])
count(vitestStatus, vitestResult, (report) => ({
  passed: report.numPassedTests,
  // A file that could not be loaded has no tests of its own to fail.
  failed:
    report.numFailedTests +
    report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length,
  skipped: report.numPendingTests + report.numTodoTests,
}))

const playwrightResult = path.join(results, 'playwright.json')
const playwrightStatus = run(['node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests', ...filters], {
  PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightResult,
})
count(playwrightStatus, playwrightResult, ({ stats, errors }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected + errors.length,
  skipped: stats.skipped,
}))

const line = `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`
writeFileSync(path.join(results, 'summary.txt'), `${line}\n`)
console.log(`\n${line}`)
process.exitCode = total.failed > 0 ? 1 : 0

function run(args, env = {}) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  return status ?? 1
}

/** Adds one runner's result; a runner that failed without a failed test counts as one. */
function count(status, file, read) {
  let counts = { passed: 0, failed: 0, skipped: 0 }
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (status === 0) throw error
  }
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  for (const key of Object.keys(total)) total[key] += counts[key]
}
