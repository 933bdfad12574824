import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>
}

it('the lockfile names the packages of every platform', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/complete-lockfile.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

it('the lockfile binds nobody to one registry', () => {
  const bound = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)
  expect(bound).toEqual([])
})

it('every install script is allowed or refused by name', () => {
  const { allowScripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    allowScripts: Record<string, boolean>
  }
  const withScript = Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([name]) => name.replace(/^.*node_modules\//, ''))
  expect(withScript.filter((name) => allowScripts[name] === undefined)).toEqual([])
})
