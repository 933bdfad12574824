// Builds the app into out/. With --if-stale only when a source differs from what out/ was built from.
// Runs on Node 20 too, before anything but the installed packages is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}out/built-from`
const builder = `${root}node_modules/electron-vite/bin/electron-vite.js`

if (!existsSync(builder)) {
  // An installation without development dependencies brings its build with it.
  if (!existsSync(stamp)) console.log('Not built: the development dependencies are not installed (npm ci).')
  process.exit(0)
}

const hash = hashOfSources()
if (process.argv.includes('--if-stale') && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) process.exit(0)

rmSync(stamp, { force: true })
const { status } = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)
mkdirSync(`${root}out`, { recursive: true })
writeFileSync(stamp, hash)

/** Of names and contents: a checkout changes the times of files that it leaves alone. */
function hashOfSources() {
  const sum = createHash('sha256')
  const files = readdirSync(`${root}src`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
    .sort()
  for (const file of [
    ...['package-lock.json', 'electron.vite.config.ts', 'resources/icon.svg'].map((name) => root + name),
    ...files,
  ]) {
    sum
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return sum.digest('hex')
}
