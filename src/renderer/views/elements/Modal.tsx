import { Modal as MantineModal } from '@mantine/core'
import type { modalElement } from '../../../shared/elements/modal.ts'
import { OverBody } from './OverBody.tsx'
import type { ElementViewProps } from './view.ts'

const WIDTHS = { sm: 380, md: 540, lg: 860, full: '100%' } as const

/** Over everything else of the page: the focus stays inside, and is back where it was when the script closes it. */
export function Modal({ open, title, size, onClose, children }: ElementViewProps<typeof modalElement>) {
  return (
    <MantineModal
      opened={open}
      onClose={() => onClose?.(null)}
      title={title}
      size={WIDTHS[size]}
      fullScreen={size === 'full'}
      centered
      withCloseButton={onClose !== undefined}
      closeButtonProps={{ 'aria-label': 'Close' }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      transitionProps={{ duration: 120 }}
      classNames={{ content: 'ui-over', title: 'ui-over-title' }}
    >
      <OverBody>{children}</OverBody>
    </MantineModal>
  )
}
