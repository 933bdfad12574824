#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import path from 'node:path'
import { homeFolder, makeHomeFolder } from './home-folder.ts'
import { layoutOf } from './layout.ts'

/** The `oriel` command in plain Node: wires the parts and sets the exit code. Nothing imports it. */

/** Older versions lack what the app and its native modules are built on. */
const OLDEST_NODE = 22

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `oriel: Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}. In a clone, start it with "npm start --": that uses the one that came with it.\n`,
  )
  process.exit(3)
}
// Compiled code is kept between starts, which takes a third off the time to load it. So the rest is loaded from here.
const home = homeFolder(process.env)
// Before the cache is, which would let everybody look into it.
makeHomeFolder(home)
enableCompileCache(path.join(home, 'code-cache'))
const { runCommandLine } = await import('./commands/program.ts')
process.exit(await runCommandLine(layoutOf(import.meta.url)))
