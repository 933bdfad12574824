/** What Oriel uses of Plotly, which brings no types of its own. */
declare module 'plotly.js-strict-dist-min' {
  export interface PlotlyElement extends HTMLElement {
    on(event: string, listener: (data: unknown) => void): void
    removeAllListeners(event?: string): void
  }
  interface Plotly {
    react(place: HTMLElement, data: readonly object[], layout: object, config: object): Promise<PlotlyElement>
    purge(place: HTMLElement): void
    downloadImage(
      place: HTMLElement,
      options: { format: 'png' | 'svg'; filename: string; width: number | null; height: number | null; scale?: number },
    ): Promise<string>
    Plots: { resize(place: HTMLElement): Promise<void> | void }
    Icons: { readonly [name: string]: object }
  }
  const plotly: Plotly
  export default plotly
}
