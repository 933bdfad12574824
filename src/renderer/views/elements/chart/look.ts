/*
 * How a chart looks where its script has left it open. Plotly computes with colours and takes no CSS variables, so these are
 * the theme's as they are now.
 */

type Layout = Readonly<Record<string, unknown>>

/** Lines and marks, told apart by people who see colours differently too. */
const LIGHT_WAY = ['#0d6a6a', '#c8641b', '#5b4bb7', '#a83264', '#3f7d20', '#8a6d00', '#2c6fb3', '#6b5344']
const DARK_WAY = ['#67cdc3', '#f0a35e', '#a99bf5', '#f08bb4', '#9ccf6b', '#e0c65a', '#82b8f2', '#c9b2a1']

/** Colours of lines and marks in the theme of `place`. */
export function colorway(place: Element): readonly string[] {
  const [red = 0, green = 0, blue = 0] = (colorOf(place, '--oriel-surface').match(/[\d.]+/g) ?? []).map(Number)
  return red + green + blue > 384 ? LIGHT_WAY : DARK_WAY
}

/** The value of a colour variable at `place`, as `rgb(…)`. */
export function colorOf(place: Element, variable: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${variable})`
  place.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** `layout` with the theme's look below it. */
export function themedLayout(place: Element, layout: Layout): Layout {
  const [text, muted, line, edge, surface] = ['text', 'muted', 'line', 'edge', 'surface'].map((name) =>
    colorOf(place, `--oriel-${name}`),
  )
  const axis = {
    gridcolor: line,
    linecolor: edge,
    zerolinecolor: edge,
    tickcolor: edge,
    tickfont: { color: muted },
    automargin: true,
    zerolinewidth: 1,
  }
  const look: Layout = {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { color: text, family: getComputedStyle(place).fontFamily, size: 13 },
    colorway: colorway(place),
    margin: { t: 'title' in layout ? 56 : 20, r: 20, b: 44, l: 52 },
    hoverlabel: { bgcolor: surface, bordercolor: edge, font: { color: text } },
    modebar: { bgcolor: 'rgba(0,0,0,0)', color: muted, activecolor: text },
    legend: { bgcolor: 'rgba(0,0,0,0)' },
    xaxis: axis,
    yaxis: axis,
    autosize: true,
    // What the person has zoomed to stays while the script changes what is in it.
    uirevision: 'kept',
  }
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\d+$/.test(name))
  return merged({ ...look, ...Object.fromEntries(axes.map((name) => [name, axis])) }, layout)
}

/** A copy of `below` with `above` put over it. Plotly writes into what it is given. */
function merged(below: Layout, above: Layout): Layout {
  const result: Record<string, unknown> = { ...below }
  for (const [name, value] of Object.entries(above)) {
    const under = result[name]
    result[name] = isObject(value) ? merged(isObject(under) ? under : {}, value) : copyOf(value)
  }
  for (const [name, value] of Object.entries(result))
    if (value === below[name] && isObject(value)) result[name] = merged({}, value)
  return result
}

/** A copy of what a script gave, but for typed arrays. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  return isObject(value) ? merged({}, value) : value
}

function isObject(value: unknown): value is Layout {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
