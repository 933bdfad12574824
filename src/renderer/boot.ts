import type { Boot } from '../shared/boot.ts'

/** Id of the element that carries the boot JSON. */
export const BOOT_ELEMENT_ID = 'oriel-boot'

/** What the server wrote into the page, or null where there is none (then the page is not a window of ours). */
export function readBoot(document: Document): Boot | null {
  const text = document.getElementById(BOOT_ELEMENT_ID)?.textContent
  return text ? (JSON.parse(text) as Boot) : null
}

export type { Boot }
