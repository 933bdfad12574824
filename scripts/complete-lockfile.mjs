// Completes package-lock.json with the platform packages that npm left out of it, and says what it added.
// With --check it changes nothing and exits 1 if something is missing.
//
// npm writes only those optional packages into the lockfile that it could look up when it wrote it
// (https://github.com/npm/cli/issues/4828). On any other platform the native half of a tool would then be missing,
// and `npm ci` calls the lockfile out of sync. Run this after a change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs'

const lockPath = new URL('../package-lock.json', import.meta.url)
const check = process.argv.includes('--check')

const lock = JSON.parse(readFileSync(lockPath, 'utf8'))
const added = complete(lock.packages)

if (added.length > 0) {
  if (check) {
    console.error(`package-lock.json lacks ${added.join(', ')}. Run: node scripts/complete-lockfile.mjs`)
    process.exit(1)
  }
  writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: added ${added.length} platform packages`)
}

/** Adds the missing entries to `packages`, in npm's order, and returns their names. */
function complete(packages) {
  const missing = new Map()
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      // A range would need the registry to become a version; platform packages are pinned to one.
      if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(version) || isListed(packages, path, name)) continue
      const platform = platformOf(name)
      if (!platform) continue
      const { cpu, libc, os } = platform
      // Keys in npm's order, so that npm's next write changes nothing.
      missing.set(`node_modules/${name}`, {
        version,
        cpu,
        ...(entry.dev && { dev: true }),
        ...(libc && { libc }),
        optional: true,
        os,
      })
    }
  }
  const sorted = Object.entries({ ...packages, ...Object.fromEntries(missing) }).toSorted(([a], [b]) =>
    a.localeCompare(b, 'en'),
  )
  for (const path of Object.keys(packages)) delete packages[path]
  Object.assign(packages, Object.fromEntries(sorted))
  return [...missing.keys()].map((path) => path.slice('node_modules/'.length))
}

/** Whether Node's lookup from the package at `path` would find `name` among the listed packages. */
function isListed(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true
    if (at === '') return false
  }
}

/** What npm needs to know to skip the package elsewhere, read from its name; null if the name tells no platform. */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const find = (known) => words.find((word) => known.includes(word))
  const os = find([
    'aix',
    'android',
    'darwin',
    'freebsd',
    'linux',
    'netbsd',
    'openbsd',
    'openharmony',
    'sunos',
    'win32',
  ])
  const cpu = find(['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'])
  if (!os || !cpu) return null
  const libc = os === 'linux' && find(['gnu', 'gnueabihf', 'musl', 'musleabihf'])
  return { cpu: [cpu], os: [os], libc: libc ? [libc.startsWith('musl') ? 'musl' : 'glibc'] : null }
}
