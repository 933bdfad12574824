// Keeps what is said of elements what the sources say, with their docstrings: the tables of docs/elements.md (between
// `<!-- props: NAME -->` and `<!-- end -->` stand props and events of the element NAME), and the props of elements as
// editors show them (src/sdk/elements/element-props.ts). With --check it writes nothing and fails if one of them is old.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = path.join(root, 'docs/elements.md')
const folder = path.join(root, 'src/shared/elements')

const sources = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
)
/** Object literals of the sources by their names; docstrings of keys once they were asked for. */
const objects = new Map([...sources.values()].flatMap((text) => [...namedObjects(text)]))
/** What elements and their components say to each other, and no script sees. */
const INTERNAL = { FileInput: ['files', 'onChunk', 'onChange'], Log: ['earlier'] }
/** Props that the component in the script says the types of itself. */
const OWN = { FileInput: ['multiple'] }
/** Elements whose components say the types of all their props themselves. */
const WRITTEN = new Set(['Chart', 'ChartTrace', 'Form', 'LineStream', 'Mount', 'Table'])
/** What values are, by the functions that tell. */
const CUSTOM = { isBytes: 'Uint8Array | ArrayBuffer', isStream: 'ImageStream' }

const definitions = await loadDefinitions()

const before = readFileSync(file, 'utf8')
const after = before.replace(
  /(<!-- props: (\w+) -->\n)[^]*?(?=<!-- end -->)/g,
  (_, start, name) => `${start}\n${table(name)}\n`,
)
keep(file, before, after)

const typesFile = path.join(root, 'src/sdk/elements/element-props.ts')
keep(typesFile, readFileSync(typesFile, 'utf8'), propTypes())

function keep(target, old, current) {
  if (!process.argv.includes('--check')) return writeFileSync(target, current)
  if (old === current) return
  console.error(`${target} is not what the sources say. Look at the difference: node scripts/element-docs.mjs`)
  process.exitCode = 1
}

/** The types of what scripts give elements. What they are is computed from the schemas; names and docstrings stand there. */
function propTypes() {
  const named = [...definitions.values()]
    .filter(({ name }) => !WRITTEN.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const imports = named.map(
    ({ exported, module }) => `import type { ${exported} } from '../../shared/elements/${module}'\n`,
  )
  return (
    '/*\n * Made by scripts/element-docs.mjs from src/shared/elements; do not edit. Editors show the docstrings of what is written\n' +
    ' * out, and not of what TypeScript computes from schemas.\n */\n' +
    "import type { Key, ReactNode, Ref } from 'react'\n" +
    imports.sort().join('') +
    "import type { GivenProps } from '../../shared/elements/define.ts'\n" +
    "import type { ElementHandle, ElementHandlers } from './element.ts'\n\n" +
    '/** What every element takes. */\n' +
    'interface EveryElement {\n  /** Tells elements of a list from one another. */\n  key?: Key\n' +
    '  /** Gives what the element can be asked for: `focus()`, `scrollIntoView()`. */\n  ref?: Ref<ElementHandle>\n}\n' +
    named.map(propType).join('')
  )
}

function propType({ name, exported, props, events, children, source }) {
  const own = source.slice(source.indexOf(`name: '${name}'`))
  const isGiven = ([key]) => !INTERNAL[name]?.includes(key) && !OWN[name]?.includes(key)
  const propDocs = docsOf(own, 'props')
  const eventDocs = docsOf(own, 'events')
  const lines = [
    ...Object.entries(props.shape)
      .filter(isGiven)
      .map(([key, schema]) => {
        const mark = ['optional', 'default'].includes(schema.def.type) ? '?' : ''
        return `  /** ${docOf(propDocs, name, key)} */\n  ${key}${mark}: GivenProps<typeof ${exported}>['${key}']\n`
      }),
    ...Object.keys(events)
      .map((key) => [key])
      .filter(isGiven)
      .map(
        ([key]) =>
          `  /** ${docOf(eventDocs, name, key)} */\n  ${key}?: ElementHandlers<typeof ${exported}>['${key}']\n`,
      ),
    ...(children === 'nodes' ? ['  /** What is between its tags. */\n  children?: ReactNode\n'] : []),
  ]
  const type = OWN[name] ? `${name}Look` : `${name}Props`
  return `\n/** What scripts give \`<${name}>\`${OWN[name] ? ' beside what it has in the script' : ''}. */\nexport interface ${type} extends EveryElement {\n${lines.join('')}}\n`
}

async function loadDefinitions() {
  const found = new Map()
  for (const name of sources.keys()) {
    const module = await import(path.join(folder, name))
    for (const [exported, value] of Object.entries(module))
      if (value?.props?.shape && value.events && value.name)
        found.set(value.name, { ...value, exported, module: name, source: sources.get(name) })
  }
  return found
}

function table(name) {
  const definition = definitions.get(name)
  if (!definition) throw new Error(`docs/elements.md names ${name}, which is no element.`)
  const { props, events, source } = definition
  const own = source.slice(source.indexOf(`name: '${name}'`))
  const rows = []
  const propDocs = docsOf(own, 'props')
  const isShown = ([key]) => !INTERNAL[name]?.includes(key)
  for (const [key, schema] of Object.entries(props.shape).filter(isShown))
    rows.push([`\`${key}\``, `\`${typeText(schema)}\``, docOf(propDocs, name, key)])
  const eventDocs = docsOf(own, 'events')
  for (const [key, schema] of Object.entries(events).filter(isShown))
    rows.push([`\`${key}\``, `\`(${eventText(schema)}) => …\``, docOf(eventDocs, name, key)])
  if (rows.length === 0) return 'No props of its own.\n'
  // Columns as wide as their widest cell, as the formatter has them.
  const lines = [['prop', 'type', ''], ...rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))]
  const widths = [0, 1, 2].map((column) => Math.max(3, ...lines.map((cells) => [...cells[column]].length)))
  const rule = widths.map((width) => '-'.repeat(width))
  const [head, ...body] = lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])))
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

function docOf(docs, name, key) {
  const doc = docs.get(key)
  if (!doc) throw new Error(`<${name}> ${key} has no docstring.`)
  return doc
}

/** Key → docstring of the object literal, or of the object by its name, that stands behind `key:`. */
function docsOf(text, key) {
  const [, rest] = new RegExp(`\\b${key}:\\s*([^]*)`).exec(text) ?? []
  if (rest === undefined) return new Map()
  return rest.startsWith('{') ? entriesOf(literal(rest)) : known(/^\w+/.exec(rest)[0])
}

/** `export const NAME = {…}`, each with the docstrings of its keys. In the order of the text, so that spreads are known. */
function* namedObjects(text) {
  for (const match of text.matchAll(/^(?:export )?const (\w+) = (?=\{)/gm))
    yield [match[1], { lazy: literal(text.slice(match.index + match[0].length)) }]
}

/** From the opening brace to the one that closes it. */
function literal(text) {
  let depth = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (text.startsWith('/*', i)) {
      i = text.indexOf('*/', i) + 1
    } else if (quote) {
      if (sign === '\\') i++
      else if (sign === quote) quote = ''
    } else if (`'"\``.includes(sign)) quote = sign
    else if (sign === '/' && /[(,]\s*$/.test(text.slice(0, i))) i = text.slice(0).indexOf('/', i + 1)
    else if ('{(['.includes(sign)) depth++
    else if ('})]'.includes(sign) && --depth === 0) return text.slice(0, i + 1)
  }
  throw new Error('An object literal does not end.')
}

function entriesOf(text) {
  const docs = new Map()
  // Only what stands two or four blanks deep is a key of this object; what is deeper belongs to a schema inside.
  const indent = /\n( +)(?:\/\*\*|\.\.\.|\w)/.exec(text)?.[1] ?? '  '
  const pattern = new RegExp(`\\n${indent}(?:/\\*\\* ([^]*?) \\*/\\n${indent}(\\w+)\\b|\\.\\.\\.(\\w+))`, 'g')
  for (const [, doc, key, spread] of text.matchAll(pattern)) {
    if (spread) for (const [name, inherited] of known(spread)) docs.set(name, inherited)
    else docs.set(key, doc.replace(/\s*\n\s*\* ?/g, ' '))
  }
  return docs
}

function known(name) {
  const object = objects.get(name)
  if (!object) return new Map()
  return (object.docs ??= entriesOf(object.lazy))
}

function eventText(schema) {
  const text = typeText(schema)
  return text === 'null' ? '' : text
}

function typeText(schema) {
  const { def } = schema
  switch (def.type) {
    case 'optional':
    case 'default':
      return typeText(def.innerType)
    case 'nullable':
      return `${typeText(def.innerType)} | null`
    case 'enum':
      return Object.values(def.entries)
        .map((value) => `'${value}'`)
        .join(' | ')
    case 'literal':
      return def.values.join(' | ')
    case 'union':
      return def.options.map(typeText).join(' | ')
    case 'array': {
      const item = typeText(def.element)
      return item.includes(' ') ? `(${item})[]` : `${item}[]`
    }
    case 'tuple':
      return `[${def.items.map(typeText).join(', ')}]`
    case 'object':
      return `{ ${Object.entries(schema.shape)
        .map(([key, value]) => `${key}${value.def.type === 'optional' ? '?' : ''}: ${typeText(value)}`)
        .join(', ')} }`
    case 'record':
      return 'object'
    case 'custom':
      return CUSTOM[def.fn?.name] ?? 'any value'
    // What goes in is what scripts write.
    case 'pipe':
      return typeText(def.in)
    default:
      return def.type
  }
}
