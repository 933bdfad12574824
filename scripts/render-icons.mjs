// Paints the PNG icons from their SVG sources with the browser at hand. Run it after changing one of them.
import { chromium } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const resources = fileURLToPath(new URL('../resources/', import.meta.url))
const icons = [
  ['icon.svg', 'icons/oriel-256.png', 256],
  ['icon.svg', 'icons/oriel-512.png', 512],
  ['icons/document.svg', 'icons/document-256.png', 256],
]

const browser = await chromium.launch({ executablePath: process.env.ORIEL_BROWSER ?? '/usr/bin/chromium' })
for (const [source, target, size] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const svg = readFileSync(`${resources}${source}`, 'base64')
  await page.setContent(
    `<style>body { margin: 0 } img { display: block; width: 100vw }</style><img src="data:image/svg+xml;base64,${svg}">`,
  )
  await page.screenshot({ path: `${resources}${target}`, omitBackground: true })
  await page.close()
}
await browser.close()
