import type { createLowlight } from 'lowlight'

/** What lowlight makes of code. */
type Tree = ReturnType<ReturnType<typeof createLowlight>['highlight']>
type Nodes = Tree['children']

let loading: Promise<ReturnType<typeof createLowlight>> | null = null

/** The highlighter with the common languages. Comes when the first code has to be coloured. */
function load(): Promise<ReturnType<typeof createLowlight>> {
  loading ??= import('lowlight').then(({ common, createLowlight }) => createLowlight(common))
  return loading
}

/** `code` in colours, as nodes for the page; null for a language that is not known. Text beyond 200,000 characters stays plain. */
export async function highlight(code: string, language: string): Promise<DocumentFragment | null> {
  if (code.length > 200_000) return null
  const lowlight = await load()
  if (!lowlight.registered(language)) return null
  const fragment = document.createDocumentFragment()
  append(fragment, lowlight.highlight(language, code).children)
  return fragment
}

/** Colours the blocks of code below `place` that name their language. Returns the way to stop. */
export function highlightIn(place: Element): () => void {
  let stopped = false
  for (const block of place.querySelectorAll<HTMLElement>('pre > code[class^="language-"]')) {
    const code = block.textContent ?? ''
    void highlight(code, block.className.slice('language-'.length)).then((colored) => {
      if (colored && !stopped && block.textContent === code) block.replaceChildren(colored)
    })
  }
  return () => {
    stopped = true
  }
}

function append(parent: Node, nodes: Nodes): void {
  for (const node of nodes) {
    if (node.type === 'text') parent.appendChild(document.createTextNode(node.value))
    if (node.type !== 'element') continue
    const span = document.createElement('span')
    const { className } = node.properties
    if (Array.isArray(className)) span.className = className.join(' ')
    append(span, node.children)
    parent.appendChild(span)
  }
}
