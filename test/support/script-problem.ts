import type { ScriptProblem } from '../../src/shared/records.ts'

/** A script's error with everything in it. */
export const scriptProblem = (change: Partial<ScriptProblem> = {}): ScriptProblem => ({
  code: 'script_failed',
  message: 'x is not a function',
  place: {
    file: '/home/ada/app.oriel.tsx',
    line: 3,
    column: 4,
    excerpt: [
      { line: 2, text: 'const x = 1' },
      { line: 3, text: '\tx()  // why' },
    ],
  },
  stack: ['at App (/home/ada/app.oriel.tsx:3:4)', 'at /home/ada/app.oriel.tsx:9:1'],
  ...change,
})
