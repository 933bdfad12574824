import type { Readable } from 'node:stream'

/** Characters after which a line without an end is passed on all the same. */
const MAX_LINE_LENGTH = 65_536

/** Calls `onLine` for each line of `stream`, without its line break; resolves after the last. */
export function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (rest.length > MAX_LINE_LENGTH) flush()
  })
  return new Promise((resolve) => stream.on('close', () => resolve(flush())))

  function flush(): void {
    if (rest !== '') onLine(rest)
    rest = ''
  }
}
