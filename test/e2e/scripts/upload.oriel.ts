import { html, show } from 'oriel'

interface Sent {
  name: string
  size: number
  bytes: Uint8Array
}

const w = await show(html`<form data-event="send">
    <label>Files <input type="file" name="files" multiple /></label>
    <button>Send</button>
  </form>
  <p id="got"></p>`)
w.on('send', (data) => {
  const { files } = data as unknown as { files: Sent[] }
  const told = files.map(({ name, size, bytes }) => `${name} ${size} ${bytes.reduce((sum, byte) => sum + byte, 0)}`)
  return w.patch('#got', html`${told.join(', ')}`)
})
