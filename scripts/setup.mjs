// Sees to what Oriel needs from the computer itself: something that opens windows, and with --tests what the tests need.
// Quiet where all is there, and then without any network. Runs on Node 20 too, with nothing installed.
// Exits with 3 if something is missing that only a person can add, after one line that says how.
import { spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A download that has not moved for so long is given up; one that moves may take its time. */
const STALL_MS = 10_000

const root = fileURLToPath(new URL('..', import.meta.url))
const electronDir = path.join(root, 'node_modules/electron')

/** Command that the tests use on Linux → Debian package that brings it. */
const TEST_COMMANDS = {
  'xdg-mime': 'xdg-utils',
  mimetype: 'libfile-mimeinfo-perl',
  gio: 'libglib2.0-bin',
  'desktop-file-validate': 'desktop-file-utils',
  'update-mime-database': 'shared-mime-info',
  xdotool: 'xdotool',
  'redis-server': 'redis-server',
}

process.exitCode = process.argv.includes('--tests') ? setUpTests() : await setUpApp()

async function setUpApp() {
  if (Number(process.versions.node.split('.')[0]) < 22 && !existsSync(path.join(root, 'node_modules/node/bin/node'))) {
    say(
      `Node ${process.versions.node} is too old for Oriel, and npm was kept from adding a newer one. Run: npm rebuild node`,
    )
    return 3
  }
  if (hasElectron()) return 0
  const reason = process.env.ORIEL_SKIP_ELECTRON ? null : await getElectron()
  if (hasElectron()) return 0

  let browser = findBrowser()
  if (!browser && canInstall()) {
    install(['chromium'])
    browser = findBrowser()
  }
  if (!browser) {
    say(
      `Nothing here can open a window: no Electron${reason ? ` (${reason})` : ''}, no Chromium, Chrome or Edge. ${browserFix()}`,
    )
    return 3
  }
  if (reason) say(`Electron could not be downloaded (${reason}); Oriel opens its windows with ${browser}.`)
  return 0
}

/** The browser is needed even beside Electron: the end-to-end tests drive it. */
function setUpTests() {
  const missing = []
  if (!findBrowser()) missing.push('chromium')
  if (process.platform === 'linux') {
    if (!process.env.DISPLAY && !onPath('Xvfb')) missing.push('xvfb')
    for (const [command, name] of Object.entries(TEST_COMMANDS)) if (!onPath(command)) missing.push(name)
  }
  if (missing.length === 0) return 0
  if (canInstall()) return install(missing) ? 0 : 3

  const needed = missing.filter((name) => ['chromium', 'xvfb', 'redis-server'].includes(name))
  if (needed.length === 0) {
    say(`Some tests are skipped: ${missing.join(', ')} not installed.`)
    return 0
  }
  say(
    `The tests need ${needed.join(' and ')}. ${needed.join() === 'chromium' ? browserFix() : `Install ${missing.join(', ')}.`}`,
  )
  return 3
}

function hasElectron() {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return true
  try {
    const binary = path.join(electronDir, 'dist', readFileSync(path.join(electronDir, 'path.txt'), 'utf8'))
    if (!existsSync(binary)) return false
    // Slim systems lack the libraries that Electron is linked to; a browser from the system brings its own along.
    return (
      process.platform !== 'linux' || !spawnSync('ldd', [binary], { encoding: 'utf8' }).stdout?.includes('not found')
    )
  } catch {
    return false
  }
}

/** Downloads Electron's binary: one try. Null, or in a few words why it did not work. */
async function getElectron() {
  if (!existsSync(path.join(electronDir, 'install.js'))) return 'the electron package is not installed'
  const temporary = mkdtempSync(path.join(tmpdir(), 'oriel-electron-'))
  try {
    const child = spawn(process.execPath, [path.join(electronDir, 'install.js')], {
      // A temporary folder of its own, so that its size tells whether the download moves.
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, ELECTRON_GET_NO_PROGRESS: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
    let stalled = false
    let size = 0
    let movedAt = Date.now()
    const watch = setInterval(() => {
      const now = sizeOf(temporary) + sizeOf(path.join(electronDir, 'dist'))
      if (now !== size) {
        if (size === 0) say('Getting Electron (about 120 MB, once) …')
        size = now
        movedAt = Date.now()
      } else if (Date.now() - movedAt > STALL_MS) {
        stalled = true
        child.kill('SIGKILL')
      }
    }, 250)
    const code = await new Promise((resolve) => child.on('error', () => resolve(1)).on('close', resolve))
    clearInterval(watch)
    if (code === 0) return null
    if (stalled) return `no answer within ${STALL_MS / 1000} s`
    if (errors.includes('fetch failed')) return 'no connection'
    return /Response code \d+/.exec(errors)?.[0] ?? 'the download failed'
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function sizeOf(folder) {
  let size = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true })) size += statSync(path.join(folder, entry)).size
  } catch {
    // A file went away while we looked, or the folder is not there yet.
  }
  return size
}

/** Path of a browser that can show an app window, or null. The app itself looks closer. */
function findBrowser() {
  const { ORIEL_BROWSER, CHROME_PATH, LOCALAPPDATA, PROGRAMFILES } = process.env
  for (const named of [ORIEL_BROWSER, CHROME_PATH]) if (named && existsSync(named)) return named
  if (process.platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `Applications/${name}.app/Contents/MacOS/${name}`,
    )
    return apps.flatMap((app) => [`/${app}`, path.join(homedir(), app)]).find((file) => existsSync(file)) ?? null
  }
  if (process.platform === 'win32') {
    const apps = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ]
    const folders = [PROGRAMFILES, process.env['PROGRAMFILES(X86)'], LOCALAPPDATA].filter(Boolean)
    return (
      folders.flatMap((folder) => apps.map((app) => path.join(folder, app))).find((file) => existsSync(file)) ?? null
    )
  }
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    'microsoft-edge',
  ]
  return names.map(onPath).find(Boolean) ?? null
}

function browserFix() {
  if (process.platform === 'darwin') return 'Run: brew install --cask google-chrome'
  if (process.platform === 'win32') return 'Run: winget install Google.Chrome'
  if (systemIs('ubuntu')) return 'Run: sudo snap install chromium'
  if (onPath('apt-get')) return 'Run: sudo apt-get install -y chromium'
  if (onPath('dnf')) return 'Run: sudo dnf install -y chromium'
  if (onPath('pacman')) return 'Run: sudo pacman -S chromium'
  return 'Install Chromium.'
}

/** As root on Debian and its kin we may add packages; anywhere else that is the person's choice. */
function canInstall() {
  return process.platform === 'linux' && process.getuid() === 0 && systemIs('debian') && onPath('apt-get') !== null
}

function systemIs(name) {
  try {
    return new RegExp(`^ID(_LIKE)?=.*\\b${name}\\b`, 'm').test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

function install(packages) {
  say(`Installing ${packages.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) =>
    spawnSync('apt-get', ['-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
  const tries = [apt('install', '--no-install-recommends', ...packages)]
  if (tries[0].status !== 0) tries.push(apt('update'), apt('install', '--no-install-recommends', ...packages))
  if (tries.at(-1).status === 0) return true
  const log = path.join(tmpdir(), 'oriel-setup.log')
  writeFileSync(log, tries.map(({ stdout, stderr }) => `${stdout}${stderr}`).join('\n'))
  say(`That failed; ${log} has the details. Run: apt-get update && apt-get install -y ${packages.join(' ')}`)
  return false
}

function onPath(command) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, command)
    try {
      accessSync(file, constants.X_OK)
      if (statSync(file).isFile()) return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}

function say(line) {
  console.log(line)
}
