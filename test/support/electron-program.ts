import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Writes a program that stands in for Electron's binary into `folder` and gives its path. It gets the command line and
 * the channel as Electron would, and runs `body`: plain JavaScript in which `args` is all behind the program's name,
 * `started()` tells the command that Electron works, and `write(value)` leaves JSON at `reportFile`. POSIX only.
 */
export function writeElectronProgram(folder: string, body: string): { binary: string; reportFile: string } {
  const binary = path.join(folder, 'electron')
  const reportFile = path.join(folder, 'report.json')
  writeFileSync(
    binary,
    `#!${process.execPath}
const { renameSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
const started = () => process.send('oriel:started')
const write = (value) => {
  writeFileSync(${JSON.stringify(`${reportFile}.part`)}, JSON.stringify(value))
  renameSync(${JSON.stringify(`${reportFile}.part`)}, ${JSON.stringify(reportFile)})
}
${body}
`,
  )
  chmodSync(binary, 0o755)
  return { binary, reportFile }
}
