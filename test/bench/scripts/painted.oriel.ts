import { show } from 'oriel'

// The moment of painting is noted in the page: what it takes to tell of it is not counted.
const widget = await show(
  `<h1>Hello</h1><script>
     requestAnimationFrame(() => requestAnimationFrame(() => {
       const at = performance.timeOrigin + performance.now()
       oriel.emit('painted', { at })
     }))
   </script>`,
  { title: 'painted' },
)
widget.on('painted', (data) => console.log('painted', (data as { at: number }).at))
