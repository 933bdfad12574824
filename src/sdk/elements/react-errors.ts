/** What React says by a number where it is made for production, for what a script is most likely to have wrong. */
const MEANINGS: Readonly<Record<string, (first: string) => string>> = {
  31: (what) => `What a component gives cannot be shown: ${what}. Text, numbers, elements and lists of those can.`,
  130: (what) => `<…> of something that is no component: it is ${what || 'undefined'}. Is its import right?`,
  300: () => 'A component called fewer hooks than the last time. Call hooks at its top, never after a return.',
  301: () => 'A component sets state each time it is rendered, without end. Set state in handlers and effects.',
  310: () => 'A component called more hooks than the last time. Call hooks at its top, never in an if or a loop.',
  321: () => 'A hook was called outside of a component. Call hooks at the top of a component.',
  482: () => 'An async function cannot be a component. Load what it needs in an effect, or with use().',
}

/** The error in words, if it is one that React only gives the number of. Its stack stays. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const [, number, given = ''] =
    /^Minified React error #(\d+); visit \S+?(?:\?args\[\]=(\S*))? for the full/.exec(error.message) ?? []
  const meaning = number === undefined ? undefined : MEANINGS[number]
  if (!meaning) return error
  const [first = ''] = given.split('&args[]=')
  error.message = meaning(decodeURIComponent(first))
  return error
}
