import { escapeHtml } from './escape.ts'
import { INERT_POLICY, pageHeaders } from './headers.ts'

/** One plain-English page that says what happened and what to do next; light and dark as the system is. */
export function errorPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-content: center; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#1a1d21, #e6e8eb); background: light-dark(#fff, #16181c) }
main { max-width: 30rem; padding: 2rem }
h1 { font-size: 1.375rem; margin: 0 0 .5rem }
p { margin: 0; color: light-dark(#4b5259, #a9b0b8) }
</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></body>
</html>
`
}

/** The same as an answer to a request. */
export function errorResponse(status: number, title: string, text: string, headers?: Record<string, string>): Response {
  return new Response(errorPage(title, text), { status, headers: { ...pageHeaders(INERT_POLICY), ...headers } })
}

export const notFound = (): Response => errorResponse(404, 'Not found', 'There is nothing at this address.')

export const linkRefused = (): Response =>
  errorResponse(
    403,
    'This link does not open anything',
    'This link was already used or has expired. Open the app again.',
  )
