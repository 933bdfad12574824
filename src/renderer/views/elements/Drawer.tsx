import { Drawer as MantineDrawer } from '@mantine/core'
import type { drawerElement } from '../../../shared/elements/drawer.ts'
import { OverBody } from './OverBody.tsx'
import type { ElementViewProps } from './view.ts'

const SIZES = { sm: 320, md: 440, lg: 640, full: '100%' } as const
const SIDES = { start: 'left', end: 'right', top: 'top', bottom: 'bottom' } as const

/** A Modal that comes in from one side. */
export function Drawer({ open, title, side, size, onClose, children }: ElementViewProps<typeof drawerElement>) {
  return (
    <MantineDrawer
      opened={open}
      onClose={() => onClose?.(null)}
      title={title}
      position={SIDES[side]}
      size={SIZES[size]}
      withCloseButton={onClose !== undefined}
      closeButtonProps={{ 'aria-label': 'Close' }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      transitionProps={{ duration: 150 }}
      classNames={{ content: 'ui-over', title: 'ui-over-title' }}
    >
      <OverBody>{children}</OverBody>
    </MantineDrawer>
  )
}
