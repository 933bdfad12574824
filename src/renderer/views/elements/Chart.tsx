import Plotly from 'plotly.js-strict-dist-min'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { chartElement } from '../../../shared/elements/chart.ts'
import { CHILDREN_INDEX, PROPS_INDEX } from '../../../shared/elements/node.ts'
import type { ElementNode } from '../../../shared/elements/node.ts'
import { adoptStyles } from '../../ui/styles.ts'
import css from './chart/chart.css?inline'
import { changesOf, pointsOf } from './chart/events.ts'
import { copyOf, themedLayout } from './chart/look.ts'
import { useColors } from './chart/scheme.ts'
import type { ElementViewProps } from './view.ts'

adoptStyles(document, css)

export function Chart(props: ElementViewProps<typeof chartElement>) {
  const { node, layout, config, height, label, fileName } = props
  const place = useRef<HTMLDivElement>(null)
  const colors = useColors()
  const happened = useEffectEvent((event: string, data: unknown) => {
    if (event === 'plotly_click') void props.onClick?.(pointsOf(data))
    else if (event === 'plotly_hover') void props.onHover?.(pointsOf(data))
    else if (event === 'plotly_selected') void props.onSelect?.(pointsOf(data))
    else if (event === 'plotly_deselect') void props.onSelect?.([])
    else void props.onRelayout?.(changesOf(data))
  })

  const save = useEffectEvent((format: 'png' | 'svg') => {
    const element = place.current!
    void Plotly.downloadImage(element, {
      format,
      filename: fileName,
      width: element.offsetWidth,
      height: element.offsetHeight,
      ...(format === 'png' ? { scale: 2 } : {}),
    })
  })
  // The same ones each time: with other settings Plotly would begin anew, without what the person has zoomed to.
  const buttons = useRef<readonly object[] | null>(null)

  // What Plotly is given are copies, but for typed arrays: those that are the same as before are not drawn anew. It finds out
  // itself what has changed, which takes no longer than to be told (`restyle`, `extendTraces`).
  useEffect(() => {
    const element = place.current!
    const traces = (node.slice(CHILDREN_INDEX) as ElementNode[]).map((trace) => {
      const { rest, on: _, ...data } = trace[PROPS_INDEX]
      return { ...(copyOf(rest) as object), ...data }
    })
    buttons.current ??= [saveButton('png', () => save('png')), saveButton('svg', () => save('svg'))]
    const isFirst = !element.classList.contains('js-plotly-plot')
    const drawn = Plotly.react(element, traces, themedLayout(element, layout), settings(config, buttons.current))
    if (!isFirst) return
    void drawn.then((chart) => {
      for (const event of EVENTS) chart.on(event, (data) => happened(event, data))
    })
  }, [node, layout, config, colors])

  useEffect(() => {
    const element = place.current!
    let frame = 0
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => {
        if (element.classList.contains('js-plotly-plot') && element.offsetWidth > 0) void Plotly.Plots.resize(element)
      })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      Plotly.purge(element)
    }
  }, [])

  return <div className="oriel-chart" role="figure" aria-label={label} ref={place} style={{ height }} />
}

const EVENTS = ['plotly_click', 'plotly_hover', 'plotly_selected', 'plotly_deselect', 'plotly_relayout'] as const

/** A button above the chart that saves it as a picture. */
function saveButton(format: 'png' | 'svg', click: () => void): object {
  return {
    name: `oriel-${format}`,
    title: `Save as ${format.toUpperCase()}`,
    icon: Plotly.Icons[format === 'png' ? 'camera' : 'disk'],
    click,
  }
}

/** Plotly's settings: no advertisement, and pictures that are saved as PNG or SVG. */
function settings(config: Readonly<Record<string, unknown>>, buttons: readonly object[]): object {
  return {
    displaylogo: false,
    modeBarButtonsToRemove: ['toImage'],
    modeBarButtonsToAdd: buttons,
    ...(copyOf(config) as object),
    // Charts are drawn here, with what is here.
    plotlyServerURL: '',
    showSendToCloud: false,
    responsive: false,
  }
}
