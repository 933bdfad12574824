import { show } from 'oriel'

let n = 0
const widget = await show('<p id="n">0</p><button id="add" data-event="add">Add</button>', { title: 'click' })
widget.on('add', () => widget.patch('#n', String(++n)))
