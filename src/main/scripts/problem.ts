import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TraceMap, originalPositionFor, sourceContentFor } from '@jridgewell/trace-mapping'
import type { ScriptProblem, SourcePlace } from '../../shared/records.ts'
import { excerptOf } from './excerpt.ts'
import type { Runtime } from './runtime-imports.ts'
import type { Thrown } from './thrown.ts'
import type { ScriptBundle } from './types.ts'

/** Lines of a mapped stack. */
const MAX_FRAMES = 30

/** Turns what a run threw into what people see: mapped to the sources, without frames of Node, Oriel and packages. */
export interface ProblemMapper {
  problem(thrown: Thrown): ScriptProblem
  /** `text` with places in the bundle replaced by places in the sources, for output. */
  mapText(text: string): string
}

interface Position {
  file: string
  /** From 1. */
  line: number
  column: number
}
interface StackFrame extends Position {
  name: string
}

/** Reads the bundle's source map when it is first needed. */
export function createProblemMapper(bundle: ScriptBundle, runtime: Runtime): ProblemMapper {
  let map: TraceMap | undefined
  const bundleUrl = pathToFileURL(bundle.bundlePath).href
  const inBundle = new RegExp(`(?:${literal(bundleUrl)}|${literal(bundle.bundlePath)}):(\\d+):(\\d+)`, 'g')
  const inputs = new Set(bundle.inputs)

  return { problem, mapText }

  function problem(thrown: Thrown): ScriptProblem {
    const frames = userFrames(thrown)
    const first = frames[0] ?? thrown.behind.flatMap(userFrames)[0]
    return {
      code: thrown.code ?? 'script_failed',
      message: withNames(thrown.text),
      place: first ? placeOf(first) : null,
      stack: stackOf(thrown, frames),
    }
  }

  function mapText(text: string): string {
    return text.replace(inBundle, (_place, line, column) => {
      const at = toSource({ file: bundle.bundlePath, line: Number(line), column: Number(column) })
      return `${at.file}:${at.line}:${at.column}`
    })
  }

  /** The frames in the script's own files; if there is none, those in its packages. */
  function userFrames(thrown: Thrown): StackFrame[] {
    const frames = parseStack(thrown.stack ?? '').map((frame) => ({ ...frame, ...toSource(frame) }))
    const own = frames.filter(({ file }) => inputs.has(file))
    return own.length > 0 ? own : frames.filter(({ file }) => isInPackage(file) && isSource(file))
  }

  function stackOf(thrown: Thrown, frames: StackFrame[]): string[] {
    const lines = folded(
      frames.map(({ name, file, line, column }) => {
        const place = `${file}:${line}:${column}`
        return name === '' ? place : `${name} (${place})`
      }),
    ).slice(0, MAX_FRAMES)
    for (const behind of thrown.behind)
      lines.push(`caused by ${withNames(behind.text)}`, ...stackOf(behind, userFrames(behind)))
    return lines
  }

  function placeOf({ file, line, column }: Position): SourcePlace {
    return { file, line, column, excerpt: excerptOf(textOf(file), line) }
  }

  function textOf(file: string): string {
    try {
      return sourceContentFor(traceMap(), pathToFileURL(file).href) ?? readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }

  /** A place in the bundle as a place in a source; others as they are. */
  function toSource(position: Position): Position {
    if (position.file !== bundle.bundlePath) return position
    const { source, line, column } = originalPositionFor(traceMap(), {
      line: position.line,
      column: Math.max(0, position.column - 1),
    })
    if (source === null || !source.startsWith('file:')) return position
    return { file: fileURLToPath(source), line, column: column + 1 }
  }

  function isSource(file: string): boolean {
    return traceMap().sources.includes(pathToFileURL(file).href)
  }

  function traceMap(): TraceMap {
    map ??= new TraceMap(readFileSync(`${bundle.bundlePath}.map`, 'utf8'))
    return map
  }

  /** Messages of the module loader name the URLs that imports were sent to; the author wrote names. */
  function withNames(text: string): string {
    let named = mapText(text)
    for (const [name, url] of Object.entries(runtime)) named = named.replaceAll(`'${url}'`, `"${name}"`)
    return named
  }
}

const FRAME = /^\s*at (?:(?:async )?(.*?) \()?(?:async )?(.+?):(\d+):(\d+)\)?$/
/** What V8 puts before the stack of an error that it found while linking: place, line of code, carets. */
const LINK_HEAD = /^(file:\/\/\S+|\/\S+):(\d+)\n(?:.*\n)( *)\^/

function parseStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = []
  const head = LINK_HEAD.exec(stack)
  if (head) frames.push({ name: '', file: toPath(head[1]!), line: Number(head[2]), column: head[3]!.length + 1 })
  for (const text of stack.split('\n')) {
    const match = FRAME.exec(text)
    if (!match) continue
    const [, name = '', file, line, column] = match
    frames.push({
      name: name.endsWith('<anonymous>') ? '' : name,
      file: toPath(file!),
      line: Number(line),
      column: Number(column),
    })
  }
  return frames
}

function toPath(file: string): string {
  if (!file.startsWith('file:')) return file
  try {
    return fileURLToPath(file)
  } catch {
    return file
  }
}

/** A regular expression that finds `text`. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function isInPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file)
}

/** Endless recursion repeats one line; one of it is enough. */
function folded(lines: string[]): string[] {
  return lines.filter((line, index) => line !== lines[index - 1])
}
