import { show } from 'oriel'

const widget = await show(
  `<h1>Hello</h1><script>
     requestAnimationFrame(() => requestAnimationFrame(() => oriel.emit('painted')))
   </script>`,
  { title: 'painted' },
)
widget.on('painted', () => console.log('painted'))
