import type { ICellRendererComp } from 'ag-grid-community'

/** What stands in place of a row until it has come from the script. */
export class RowToCome implements ICellRendererComp {
  readonly #element = document.createElement('div')

  init(): void {
    this.#element.className = 'oriel-table-to-come'
    this.#element.textContent = '…'
  }

  getGui(): HTMLElement {
    return this.#element
  }

  refresh(): boolean {
    return true
  }
}
