/*
 * Made by scripts/element-docs.mjs from src/shared/elements; do not edit. Editors show the docstrings of what is written
 * out, and not of what TypeScript computes from schemas.
 */
import type { Key, ReactNode, Ref } from 'react'
import type { alertElement } from '../../shared/elements/alert.ts'
import type { badgeElement } from '../../shared/elements/badge.ts'
import type { buttonElement } from '../../shared/elements/button.ts'
import type { cardElement } from '../../shared/elements/card.ts'
import type { checkboxElement } from '../../shared/elements/checkbox.ts'
import type { codeElement } from '../../shared/elements/code.ts'
import type { colorInputElement } from '../../shared/elements/color-input.ts'
import type { columnElement } from '../../shared/elements/column.ts'
import type { dateInputElement } from '../../shared/elements/date-input.ts'
import type { dateRangeInputElement } from '../../shared/elements/date-range-input.ts'
import type { dividerElement } from '../../shared/elements/divider.ts'
import type { drawerElement } from '../../shared/elements/drawer.ts'
import type { expanderElement } from '../../shared/elements/expander.ts'
import type { fileInputElement } from '../../shared/elements/file-input.ts'
import type { gridElement } from '../../shared/elements/grid.ts'
import type { headingElement } from '../../shared/elements/heading.ts'
import type { htmlElement } from '../../shared/elements/html.ts'
import type { imageElement } from '../../shared/elements/image.ts'
import type { jsonElement } from '../../shared/elements/json.ts'
import type { linkElement } from '../../shared/elements/link.ts'
import type { logElement } from '../../shared/elements/log.ts'
import type { markdownElement } from '../../shared/elements/markdown.ts'
import type { metricElement } from '../../shared/elements/metric.ts'
import type { modalElement } from '../../shared/elements/modal.ts'
import type { multiSelectElement } from '../../shared/elements/multi-select.ts'
import type { numberInputElement } from '../../shared/elements/number-input.ts'
import type { passwordInputElement } from '../../shared/elements/password-input.ts'
import type { progressElement } from '../../shared/elements/progress.ts'
import type { radioGroupElement } from '../../shared/elements/radio-group.ts'
import type { rangeSliderElement } from '../../shared/elements/range-slider.ts'
import type { rowElement } from '../../shared/elements/row.ts'
import type { selectElement } from '../../shared/elements/select.ts'
import type { sidebarElement } from '../../shared/elements/sidebar.ts'
import type { skeletonElement } from '../../shared/elements/skeleton.ts'
import type { sliderElement } from '../../shared/elements/slider.ts'
import type { spinnerElement } from '../../shared/elements/spinner.ts'
import type { splitElement } from '../../shared/elements/split.ts'
import type { switchElement } from '../../shared/elements/switch.ts'
import type { tabElement } from '../../shared/elements/tab.ts'
import type { tabsElement } from '../../shared/elements/tabs.ts'
import type { textAreaElement } from '../../shared/elements/text-area.ts'
import type { textElement } from '../../shared/elements/text.ts'
import type { textInputElement } from '../../shared/elements/text-input.ts'
import type { toastElement } from '../../shared/elements/toast.ts'
import type { GivenProps } from '../../shared/elements/define.ts'
import type { ElementHandle, ElementHandlers } from './element.ts'

/** What every element takes. */
interface EveryElement {
  /** Tells elements of a list from one another. */
  key?: Key
  /** Gives what the element can be asked for: `focus()`, `scrollIntoView()`. */
  ref?: Ref<ElementHandle>
}

/** What scripts give `<Alert>`. */
export interface AlertProps extends EveryElement {
  /** Default 'info'. */
  kind?: GivenProps<typeof alertElement>['kind']
  /** Above the text. Default: none. */
  title?: GivenProps<typeof alertElement>['title']
  /** The cross was pressed. Without a handler there is none. */
  onClose?: ElementHandlers<typeof alertElement>['onClose']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Badge>`. */
export interface BadgeProps extends EveryElement {
  /** Default 'neutral'. */
  tone?: GivenProps<typeof badgeElement>['tone']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Button>`. */
export interface ButtonProps extends EveryElement {
  /** How much it stands out: `primary` for the one thing to do next, `plain` for the least. Default 'default'. */
  variant?: GivenProps<typeof buttonElement>['variant']
  /** In a Form: 'submit' sends it, 'reset' empties it. Default 'button'. */
  type?: GivenProps<typeof buttonElement>['type']
  /** As wide as there is room. Default false. */
  wide?: GivenProps<typeof buttonElement>['wide']
  /** Can be seen and not pressed. Default false. */
  disabled?: GivenProps<typeof buttonElement>['disabled']
  /** Shown as busy, and not to be pressed. While a handler runs it is so by itself. Default false. */
  loading?: GivenProps<typeof buttonElement>['loading']
  /** It was pressed, with the pointer or a key. */
  onClick?: ElementHandlers<typeof buttonElement>['onClick']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Card>`. */
export interface CardProps extends EveryElement {
  /** Above the content. Default: none. */
  title?: GivenProps<typeof cardElement>['title']
  /** A line below the title. Default: none. */
  description?: GivenProps<typeof cardElement>['description']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Checkbox>`. */
export interface CheckboxProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof checkboxElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof checkboxElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof checkboxElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof checkboxElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof checkboxElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof checkboxElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof checkboxElement>['name']
  /** Whether it is on. Without it the page keeps that, beginning with `defaultChecked`. */
  checked?: GivenProps<typeof checkboxElement>['checked']
  /** Whether it is on at first, where there is no `checked`. Default false. */
  defaultChecked?: GivenProps<typeof checkboxElement>['defaultChecked']
  /** Shown as neither: some of what it stands for is on. Default false. */
  indeterminate?: GivenProps<typeof checkboxElement>['indeterminate']
  /** Whether it is on now. */
  onChange?: ElementHandlers<typeof checkboxElement>['onChange']
}

/** What scripts give `<Code>`. */
export interface CodeProps extends EveryElement {
  /** What it is written in, such as 'ts', 'sql' or 'json': coloured if it is one of the common languages. */
  language?: GivenProps<typeof codeElement>['language']
  /** What it is, read aloud. Default 'Code'. */
  label?: GivenProps<typeof codeElement>['label']
  /** Long lines go on below instead of being scrolled to. Default false. */
  wrap?: GivenProps<typeof codeElement>['wrap']
  /** With a button that copies it. Default true. */
  copy?: GivenProps<typeof codeElement>['copy']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<ColorInput>`. */
export interface ColorInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof colorInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof colorInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof colorInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof colorInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof colorInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof colorInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof colorInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof colorInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof colorInputElement>['readOnly']
  /** The colour, `#rrggbb`; '' for none. Without it the page keeps it, beginning with `defaultValue`. */
  value?: GivenProps<typeof colorInputElement>['value']
  /** The colour at first, where there is no `value`. Default ''. */
  defaultValue?: GivenProps<typeof colorInputElement>['defaultValue']
  /** Colours that are offered, `#rrggbb`. Default: none. */
  swatches?: GivenProps<typeof colorInputElement>['swatches']
  /** The colour, `#rrggbb`, or '' when it was emptied. Half-typed ones are not told. */
  onChange?: ElementHandlers<typeof colorInputElement>['onChange']
}

/** What scripts give `<Column>`. */
export interface ColumnProps extends EveryElement {
  /** Space between children. Default 'md' (16 px). */
  gap?: GivenProps<typeof columnElement>['gap']
  /** Where children lie across the direction. Default: 'center' in a Row, 'stretch' in a Column. */
  align?: GivenProps<typeof columnElement>['align']
  /** Where children lie along the direction. Default 'start'. */
  justify?: GivenProps<typeof columnElement>['justify']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<DateInput>`. */
export interface DateInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof dateInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof dateInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof dateInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof dateInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof dateInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof dateInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof dateInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof dateInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof dateInputElement>['readOnly']
  /** The first day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  min?: GivenProps<typeof dateInputElement>['min']
  /** The last day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  max?: GivenProps<typeof dateInputElement>['max']
  /** With a cross that empties it. Default false. */
  clearable?: GivenProps<typeof dateInputElement>['clearable']
  /** The day, `yyyy-mm-dd`; null: none. Without it the page keeps it, beginning with `defaultValue`. */
  value?: GivenProps<typeof dateInputElement>['value']
  /** The day at first, where there is no `value`. Default null. */
  defaultValue?: GivenProps<typeof dateInputElement>['defaultValue']
  /** The day, `yyyy-mm-dd`; null when it was emptied. */
  onChange?: ElementHandlers<typeof dateInputElement>['onChange']
}

/** What scripts give `<DateRangeInput>`. */
export interface DateRangeInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof dateRangeInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof dateRangeInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof dateRangeInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof dateRangeInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof dateRangeInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof dateRangeInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof dateRangeInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof dateRangeInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof dateRangeInputElement>['readOnly']
  /** The first day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  min?: GivenProps<typeof dateRangeInputElement>['min']
  /** The last day that can be chosen, `yyyy-mm-dd`. Default: no limit. */
  max?: GivenProps<typeof dateRangeInputElement>['max']
  /** With a cross that empties it. Default false. */
  clearable?: GivenProps<typeof dateRangeInputElement>['clearable']
  /** First and last day, each `yyyy-mm-dd` or null. Without it the page keeps them, beginning with `defaultValue`. */
  value?: GivenProps<typeof dateRangeInputElement>['value']
  /** First and last day at first, where there is no `value`. Default `[null, null]`. */
  defaultValue?: GivenProps<typeof dateRangeInputElement>['defaultValue']
  /** Both days; the last is null while only the first is chosen. */
  onChange?: ElementHandlers<typeof dateRangeInputElement>['onChange']
}

/** What scripts give `<Divider>`. */
export interface DividerProps extends EveryElement {
  /** In the line. Default: none. */
  label?: GivenProps<typeof dividerElement>['label']
  /** 'vertical' is for a Row. Default 'horizontal'. */
  orientation?: GivenProps<typeof dividerElement>['orientation']
}

/** What scripts give `<Drawer>`. */
export interface DrawerProps extends EveryElement {
  /** Whether it is shown. `onClose` asks for it to be false. */
  open: GivenProps<typeof drawerElement>['open']
  /** Above the content; what is read aloud when it opens. */
  title: GivenProps<typeof drawerElement>['title']
  /** Default 'md'. */
  size?: GivenProps<typeof drawerElement>['size']
  /** Where it comes from. Default 'end'. */
  side?: GivenProps<typeof drawerElement>['side']
  /** The person wants it closed: the cross, Escape, a click beside it. Without a handler it has no cross. */
  onClose?: ElementHandlers<typeof drawerElement>['onClose']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Expander>`. */
export interface ExpanderProps extends EveryElement {
  /** The line. */
  label: GivenProps<typeof expanderElement>['label']
  /** Whether it is open. Without it the page keeps that, beginning with `defaultOpen`. */
  open?: GivenProps<typeof expanderElement>['open']
  /** Whether it is open at first, where there is no `open`. Default false. */
  defaultOpen?: GivenProps<typeof expanderElement>['defaultOpen']
  /** Whether it is open now. */
  onToggle?: ElementHandlers<typeof expanderElement>['onToggle']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<FileInput>` beside what it has in the script. */
export interface FileInputLook extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof fileInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof fileInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof fileInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof fileInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof fileInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof fileInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof fileInputElement>['name']
  /** Kinds of files to choose from, as of `<input accept>`: '.csv,image/*'. Default: all. */
  accept?: GivenProps<typeof fileInputElement>['accept']
  /** Bytes that a file may have at most. Default 100,000,000. */
  maxBytes?: GivenProps<typeof fileInputElement>['maxBytes']
  /** Files at most, where there may be several. Default 20. */
  maxFiles?: GivenProps<typeof fileInputElement>['maxFiles']
}

/** What scripts give `<Grid>`. */
export interface GridProps extends EveryElement {
  /** Number of columns. Default: as many as fit, each at least `minWidth` wide. */
  columns?: GivenProps<typeof gridElement>['columns']
  /** Pixels that a column has at least, where `columns` is not given. Default 240. */
  minWidth?: GivenProps<typeof gridElement>['minWidth']
  /** Space between children. Default 'md' (16 px). */
  gap?: GivenProps<typeof gridElement>['gap']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Heading>`. */
export interface HeadingProps extends EveryElement {
  /** 1 for the page, 2 for its parts, and so on down to 6. Default 2. */
  level?: GivenProps<typeof headingElement>['level']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Html>`. */
export interface HtmlProps extends EveryElement {
  /** A fragment of HTML. */
  html: GivenProps<typeof htmlElement>['html']
  /** It is the author's own and is shown as it is, with its classes, ids and styles. Scripts in it do not run. Default false. */
  trusted?: GivenProps<typeof htmlElement>['trusted']
}

/** What scripts give `<Image>`. */
export interface ImageProps extends EveryElement {
  /** The bytes of a picture (PNG, JPEG, WebP, AVIF, GIF, SVG), or its data: address. Windows load nothing from elsewhere. */
  src?: GivenProps<typeof imageElement>['src']
  /** In the place of `src`: the newest frame of this ImageStream. */
  stream?: GivenProps<typeof imageElement>['stream']
  /** Type of the bytes. Default 'image/png'. */
  mime?: GivenProps<typeof imageElement>['mime']
  /** What it shows, for who cannot see it; '' where it only decorates. */
  alt: GivenProps<typeof imageElement>['alt']
  /** Below it. Default: none. */
  caption?: GivenProps<typeof imageElement>['caption']
  /** Pixels. Default: its own, as far as there is room. */
  width?: GivenProps<typeof imageElement>['width']
  /** Pixels. Default: its own, or as the width asks for. */
  height?: GivenProps<typeof imageElement>['height']
  /** How it fills width and height: all of it, or all of them. Default 'contain'. */
  fit?: GivenProps<typeof imageElement>['fit']
}

/** What scripts give `<Json>`. */
export interface JsonProps extends EveryElement {
  /** Any value that can be sent to a window. */
  value: GivenProps<typeof jsonElement>['value']
  /** Levels that are open at first. Default 1. */
  depth?: GivenProps<typeof jsonElement>['depth']
  /** What it is, read aloud. Default 'Value'. */
  label?: GivenProps<typeof jsonElement>['label']
}

/** What scripts give `<Link>`. */
export interface LinkProps extends EveryElement {
  /** An address that begins with http:, https: or mailto:, or # and the id of a part of this page. */
  href: GivenProps<typeof linkElement>['href']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Log>`. */
export interface LogProps extends EveryElement {
  /** Texts, or `{ text, level }`. */
  lines: GivenProps<typeof logElement>['lines']
  /** What it is, read aloud. Default 'Log'. */
  label?: GivenProps<typeof logElement>['label']
  /** Pixels that it is high at most. Default 240. */
  height?: GivenProps<typeof logElement>['height']
  /** The newest lines that are shown. Default 1000. */
  maxLines?: GivenProps<typeof logElement>['maxLines']
  /** Long lines go on below instead of being scrolled to. Default true. */
  wrap?: GivenProps<typeof logElement>['wrap']
}

/** What scripts give `<Markdown>`. */
export interface MarkdownProps extends EveryElement {
  /** A line break in the text is one on the page, as in chats. Default false: only an empty line begins a new paragraph. */
  breaks?: GivenProps<typeof markdownElement>['breaks']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Metric>`. */
export interface MetricProps extends EveryElement {
  /** What the number is. */
  label: GivenProps<typeof metricElement>['label']
  /** Numbers are written in the person's own way. */
  value: GivenProps<typeof metricElement>['value']
  /** Stands behind the number, such as '€' or 'kg'. */
  unit?: GivenProps<typeof metricElement>['unit']
  /** How it has changed, signed; text is shown as it is. Default: not shown. */
  delta?: GivenProps<typeof metricElement>['delta']
  /** Which change is good news: a higher number, a lower one, or neither. Default 'up'. */
  good?: GivenProps<typeof metricElement>['good']
  /** More about it, below. */
  help?: GivenProps<typeof metricElement>['help']
}

/** What scripts give `<Modal>`. */
export interface ModalProps extends EveryElement {
  /** Whether it is shown. `onClose` asks for it to be false. */
  open: GivenProps<typeof modalElement>['open']
  /** Above the content; what is read aloud when it opens. */
  title: GivenProps<typeof modalElement>['title']
  /** Default 'md'. */
  size?: GivenProps<typeof modalElement>['size']
  /** The person wants it closed: the cross, Escape, a click beside it. Without a handler it has no cross. */
  onClose?: ElementHandlers<typeof modalElement>['onClose']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<MultiSelect>`. */
export interface MultiSelectProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof multiSelectElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof multiSelectElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof multiSelectElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof multiSelectElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof multiSelectElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof multiSelectElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof multiSelectElement>['name']
  /** What there is to choose: texts, or `{ value, label, disabled, group }`. */
  options: GivenProps<typeof multiSelectElement>['options']
  /** Shown while nothing is chosen. */
  placeholder?: GivenProps<typeof multiSelectElement>['placeholder']
  /** Options can be found by typing. Default: where there are more than ten. */
  searchable?: GivenProps<typeof multiSelectElement>['searchable']
  /** With a cross that takes the choice back. Default false. */
  clearable?: GivenProps<typeof multiSelectElement>['clearable']
  /** What is chosen. Without it the page keeps the choice, beginning with `defaultValue`. */
  value?: GivenProps<typeof multiSelectElement>['value']
  /** What is chosen at first, where there is no `value`. Default []. */
  defaultValue?: GivenProps<typeof multiSelectElement>['defaultValue']
  /** Choices at most. Default: no limit. */
  maxValues?: GivenProps<typeof multiSelectElement>['maxValues']
  /** All that is chosen, in the order in which it was. */
  onChange?: ElementHandlers<typeof multiSelectElement>['onChange']
}

/** What scripts give `<NumberInput>`. */
export interface NumberInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof numberInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof numberInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof numberInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof numberInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof numberInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof numberInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof numberInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof numberInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof numberInputElement>['readOnly']
  /** What it holds; null: nothing. Without it the field keeps what is entered, beginning with `defaultValue`. */
  value?: GivenProps<typeof numberInputElement>['value']
  /** What it holds at first, where there is no `value`. Default null. */
  defaultValue?: GivenProps<typeof numberInputElement>['defaultValue']
  /** The least. What is below becomes it when the field is left. Default: no limit. */
  min?: GivenProps<typeof numberInputElement>['min']
  /** The most. What is above becomes it when the field is left. Default: no limit. */
  max?: GivenProps<typeof numberInputElement>['max']
  /** What an arrow adds or takes. Default 1. */
  step?: GivenProps<typeof numberInputElement>['step']
  /** Digits behind the point at most; 0 for whole numbers. Default: no limit. */
  decimals?: GivenProps<typeof numberInputElement>['decimals']
  /** Stands before the number, such as '€ '. */
  prefix?: GivenProps<typeof numberInputElement>['prefix']
  /** Stands behind the number, such as ' kg'. */
  suffix?: GivenProps<typeof numberInputElement>['suffix']
  /** The number after each change, null while there is none. */
  onChange?: ElementHandlers<typeof numberInputElement>['onChange']
  /** The number when the field is left. */
  onBlur?: ElementHandlers<typeof numberInputElement>['onBlur']
}

/** What scripts give `<PasswordInput>`. */
export interface PasswordInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof passwordInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof passwordInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof passwordInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof passwordInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof passwordInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof passwordInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof passwordInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof passwordInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof passwordInputElement>['readOnly']
  /** What it holds. Without it the field keeps what is typed. */
  value?: GivenProps<typeof passwordInputElement>['value']
  /** What it holds at first, where there is no `value`. Default ''. */
  defaultValue?: GivenProps<typeof passwordInputElement>['defaultValue']
  /** What password programs are told: 'current-password' or 'new-password'. Default 'off'. */
  autoComplete?: GivenProps<typeof passwordInputElement>['autoComplete']
  /** The text, after each change. */
  onChange?: ElementHandlers<typeof passwordInputElement>['onChange']
  /** The text, when Enter is pressed. */
  onSubmit?: ElementHandlers<typeof passwordInputElement>['onSubmit']
  /** The text, when the field is left. */
  onBlur?: ElementHandlers<typeof passwordInputElement>['onBlur']
}

/** What scripts give `<Progress>`. */
export interface ProgressProps extends EveryElement {
  /** From 0 to `max`. Without it: only that it goes on. */
  value?: GivenProps<typeof progressElement>['value']
  /** What `value` is when it is done. Default 100. */
  max?: GivenProps<typeof progressElement>['max']
  /** What it is that goes on. Default 'Progress'. */
  label?: GivenProps<typeof progressElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof progressElement>['hideLabel']
}

/** What scripts give `<RadioGroup>`. */
export interface RadioGroupProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof radioGroupElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof radioGroupElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof radioGroupElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof radioGroupElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof radioGroupElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof radioGroupElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof radioGroupElement>['name']
  /** What there is to choose: texts, or `{ value, label, disabled, group }`. */
  options: GivenProps<typeof radioGroupElement>['options']
  /** What is chosen; null: nothing. Without it the page keeps the choice, beginning with `defaultValue`. */
  value?: GivenProps<typeof radioGroupElement>['value']
  /** What is chosen at first, where there is no `value`. Default null. */
  defaultValue?: GivenProps<typeof radioGroupElement>['defaultValue']
  /** One below the other, or side by side. Default 'vertical'. */
  orientation?: GivenProps<typeof radioGroupElement>['orientation']
  /** The choice. */
  onChange?: ElementHandlers<typeof radioGroupElement>['onChange']
}

/** What scripts give `<RangeSlider>`. */
export interface RangeSliderProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof rangeSliderElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof rangeSliderElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof rangeSliderElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof rangeSliderElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof rangeSliderElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof rangeSliderElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof rangeSliderElement>['name']
  /** The number at its beginning. Default 0. */
  min?: GivenProps<typeof rangeSliderElement>['min']
  /** The number at its end. Default 100. */
  max?: GivenProps<typeof rangeSliderElement>['max']
  /** What it moves by. Default 1. */
  step?: GivenProps<typeof rangeSliderElement>['step']
  /** Stands behind the number, such as ' °C'. */
  suffix?: GivenProps<typeof rangeSliderElement>['suffix']
  /** Places on it, with a word below or without: `{ value, label }`. */
  marks?: GivenProps<typeof rangeSliderElement>['marks']
  /** Its ends. Without it the page keeps them, beginning with `defaultValue`. */
  value?: GivenProps<typeof rangeSliderElement>['value']
  /** Its ends at first, where there is no `value`. Default: `[min, max]`. */
  defaultValue?: GivenProps<typeof rangeSliderElement>['defaultValue']
  /** How far apart the ends are at least. Default: one step. */
  minRange?: GivenProps<typeof rangeSliderElement>['minRange']
  /** Both ends, while one is dragged. */
  onChange?: ElementHandlers<typeof rangeSliderElement>['onChange']
  /** Both ends, when one is let go. */
  onChangeEnd?: ElementHandlers<typeof rangeSliderElement>['onChangeEnd']
}

/** What scripts give `<Row>`. */
export interface RowProps extends EveryElement {
  /** Space between children. Default 'md' (16 px). */
  gap?: GivenProps<typeof rowElement>['gap']
  /** Where children lie across the direction. Default: 'center' in a Row, 'stretch' in a Column. */
  align?: GivenProps<typeof rowElement>['align']
  /** Where children lie along the direction. Default 'start'. */
  justify?: GivenProps<typeof rowElement>['justify']
  /** Children that have no room go to a new line. Default true. */
  wrap?: GivenProps<typeof rowElement>['wrap']
  /** All children are equally wide. Default false. */
  grow?: GivenProps<typeof rowElement>['grow']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Select>`. */
export interface SelectProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof selectElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof selectElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof selectElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof selectElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof selectElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof selectElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof selectElement>['name']
  /** What there is to choose: texts, or `{ value, label, disabled, group }`. */
  options: GivenProps<typeof selectElement>['options']
  /** Shown while nothing is chosen. */
  placeholder?: GivenProps<typeof selectElement>['placeholder']
  /** Options can be found by typing. Default: where there are more than ten. */
  searchable?: GivenProps<typeof selectElement>['searchable']
  /** With a cross that takes the choice back. Default false. */
  clearable?: GivenProps<typeof selectElement>['clearable']
  /** What is chosen; null: nothing. Without it the page keeps the choice, beginning with `defaultValue`. */
  value?: GivenProps<typeof selectElement>['value']
  /** What is chosen at first, where there is no `value`. Default null. */
  defaultValue?: GivenProps<typeof selectElement>['defaultValue']
  /** The choice; null when it was taken back. */
  onChange?: ElementHandlers<typeof selectElement>['onChange']
}

/** What scripts give `<Sidebar>`. */
export interface SidebarProps extends EveryElement {
  /** What it is for, read aloud. Default 'Sidebar'. */
  label?: GivenProps<typeof sidebarElement>['label']
  /** The edge: where lines begin, or where they end. Default 'start'. */
  side?: GivenProps<typeof sidebarElement>['side']
  /** Pixels. Default 280. */
  width?: GivenProps<typeof sidebarElement>['width']
  /** Whether it is open. Without it the page keeps that, beginning with `defaultOpen`. */
  open?: GivenProps<typeof sidebarElement>['open']
  /** Whether it is open at first, where there is no `open`. Default: true, in narrow windows false. */
  defaultOpen?: GivenProps<typeof sidebarElement>['defaultOpen']
  /** Whether it is open now. */
  onToggle?: ElementHandlers<typeof sidebarElement>['onToggle']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Skeleton>`. */
export interface SkeletonProps extends EveryElement {
  /** Lines of text that it looks like. Default 3. */
  lines?: GivenProps<typeof skeletonElement>['lines']
  /** Pixels; then it is one block instead of lines. */
  height?: GivenProps<typeof skeletonElement>['height']
  /** What is read aloud. Default 'Loading…'. */
  label?: GivenProps<typeof skeletonElement>['label']
}

/** What scripts give `<Slider>`. */
export interface SliderProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof sliderElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof sliderElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof sliderElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof sliderElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof sliderElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof sliderElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof sliderElement>['name']
  /** The number at its beginning. Default 0. */
  min?: GivenProps<typeof sliderElement>['min']
  /** The number at its end. Default 100. */
  max?: GivenProps<typeof sliderElement>['max']
  /** What it moves by. Default 1. */
  step?: GivenProps<typeof sliderElement>['step']
  /** Stands behind the number, such as ' °C'. */
  suffix?: GivenProps<typeof sliderElement>['suffix']
  /** Places on it, with a word below or without: `{ value, label }`. */
  marks?: GivenProps<typeof sliderElement>['marks']
  /** Where it stands. Without it the page keeps that, beginning with `defaultValue`. */
  value?: GivenProps<typeof sliderElement>['value']
  /** Where it stands at first, where there is no `value`. Default: `min`. */
  defaultValue?: GivenProps<typeof sliderElement>['defaultValue']
  /** The number, while it is dragged. */
  onChange?: ElementHandlers<typeof sliderElement>['onChange']
  /** The number, when it is let go. */
  onChangeEnd?: ElementHandlers<typeof sliderElement>['onChangeEnd']
}

/** What scripts give `<Spinner>`. */
export interface SpinnerProps extends EveryElement {
  /** What goes on. Default 'Loading…'. */
  label?: GivenProps<typeof spinnerElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof spinnerElement>['hideLabel']
  /** Default 'md'. */
  size?: GivenProps<typeof spinnerElement>['size']
}

/** What scripts give `<Split>`. */
export interface SplitProps extends EveryElement {
  /** Side by side, or one below the other. Default 'horizontal'. */
  orientation?: GivenProps<typeof splitElement>['orientation']
  /** Percent that the first pane has. Without it the page keeps that, beginning with `defaultSize`. */
  size?: GivenProps<typeof splitElement>['size']
  /** Percent that the first pane has at first, where there is no `size`. Default 50. */
  defaultSize?: GivenProps<typeof splitElement>['defaultSize']
  /** Percent that each pane has at least. Default 10. */
  minSize?: GivenProps<typeof splitElement>['minSize']
  /** Pixels. Default: as the content needs; a vertical one is 400 high. */
  height?: GivenProps<typeof splitElement>['height']
  /** What the edge is called when it is read aloud. Default 'Edge between the panes'. */
  label?: GivenProps<typeof splitElement>['label']
  /** Percent that the first pane has, while the edge is moved. */
  onResize?: ElementHandlers<typeof splitElement>['onResize']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Switch>`. */
export interface SwitchProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof switchElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof switchElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof switchElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof switchElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof switchElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof switchElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof switchElement>['name']
  /** Whether it is on. Without it the page keeps that, beginning with `defaultChecked`. */
  checked?: GivenProps<typeof switchElement>['checked']
  /** Whether it is on at first, where there is no `checked`. Default false. */
  defaultChecked?: GivenProps<typeof switchElement>['defaultChecked']
  /** Whether it is on now. */
  onChange?: ElementHandlers<typeof switchElement>['onChange']
}

/** What scripts give `<Tab>`. */
export interface TabProps extends EveryElement {
  /** What the tab is called. */
  label: GivenProps<typeof tabElement>['label']
  /** What `Tabs` and `onChange` call it; different for each tab. Default: the label. */
  value?: GivenProps<typeof tabElement>['value']
  /** Cannot be chosen. Default false. */
  disabled?: GivenProps<typeof tabElement>['disabled']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Tabs>`. */
export interface TabsProps extends EveryElement {
  /** Value of the tab that is shown. Without it the page keeps which one is, beginning with `defaultValue`. */
  value?: GivenProps<typeof tabsElement>['value']
  /** Value of the tab that is shown at first, where there is no `value`. Default: the first. */
  defaultValue?: GivenProps<typeof tabsElement>['defaultValue']
  /** What the tabs are for, read aloud. Default: nothing. */
  label?: GivenProps<typeof tabsElement>['label']
  /** The tabs stand above the panels, or beside them. Default 'horizontal'. */
  orientation?: GivenProps<typeof tabsElement>['orientation']
  /** Value of the tab that was chosen. */
  onChange?: ElementHandlers<typeof tabsElement>['onChange']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<Text>`. */
export interface TextProps extends EveryElement {
  /** Default 'md'. */
  size?: GivenProps<typeof textElement>['size']
  /** What it is: `muted` steps back, the others are said in colour. Default 'normal'. */
  tone?: GivenProps<typeof textElement>['tone']
  /** Default false. */
  bold?: GivenProps<typeof textElement>['bold']
  /** In letters of one width. Default false. */
  mono?: GivenProps<typeof textElement>['mono']
  /** A part of a line instead of a paragraph. Default false. */
  inline?: GivenProps<typeof textElement>['inline']
  /** Lines that are shown at most; the rest is cut off with an ellipsis. Default: all. */
  lines?: GivenProps<typeof textElement>['lines']
  /** Default 'start'. */
  align?: GivenProps<typeof textElement>['align']
  /** What is between its tags. */
  children?: ReactNode
}

/** What scripts give `<TextArea>`. */
export interface TextAreaProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof textAreaElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof textAreaElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof textAreaElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof textAreaElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof textAreaElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof textAreaElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof textAreaElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof textAreaElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof textAreaElement>['readOnly']
  /** What it holds. Without it the field keeps what is typed, beginning with `defaultValue`. */
  value?: GivenProps<typeof textAreaElement>['value']
  /** What it holds at first, where there is no `value`. Default ''. */
  defaultValue?: GivenProps<typeof textAreaElement>['defaultValue']
  /** Lines that are shown at least. Default 3. */
  rows?: GivenProps<typeof textAreaElement>['rows']
  /** Lines that it grows to while text is typed. Default: it does not grow. */
  maxRows?: GivenProps<typeof textAreaElement>['maxRows']
  /** Characters that it takes at most. Default: no limit. */
  maxLength?: GivenProps<typeof textAreaElement>['maxLength']
  /** The text, after each change. */
  onChange?: ElementHandlers<typeof textAreaElement>['onChange']
  /** The text, when the field is left. */
  onBlur?: ElementHandlers<typeof textAreaElement>['onBlur']
}

/** What scripts give `<TextInput>`. */
export interface TextInputProps extends EveryElement {
  /** What to enter. Read aloud with the field. */
  label: GivenProps<typeof textInputElement>['label']
  /** The label is read aloud and not shown. Default false. */
  hideLabel?: GivenProps<typeof textInputElement>['hideLabel']
  /** More about it, below the field. */
  help?: GivenProps<typeof textInputElement>['help']
  /** What is wrong with it, below the field. Default: nothing. */
  error?: GivenProps<typeof textInputElement>['error']
  /** Marked as to be filled in. Default false. */
  required?: GivenProps<typeof textInputElement>['required']
  /** Can be seen and not changed. Default false. */
  disabled?: GivenProps<typeof textInputElement>['disabled']
  /** In a Form: the key of its value. */
  name?: GivenProps<typeof textInputElement>['name']
  /** Shown while it is empty. */
  placeholder?: GivenProps<typeof textInputElement>['placeholder']
  /** Can be read and copied, not changed. Default false. */
  readOnly?: GivenProps<typeof textInputElement>['readOnly']
  /** What it holds. Without it the field keeps what is typed, beginning with `defaultValue`. */
  value?: GivenProps<typeof textInputElement>['value']
  /** What it holds at first, where there is no `value`. Default ''. */
  defaultValue?: GivenProps<typeof textInputElement>['defaultValue']
  /** What kind of text: keyboards, programs that fill in and the browser's own check go by it. Default 'text'. */
  type?: GivenProps<typeof textInputElement>['type']
  /** Characters that it takes at most. Default: no limit. */
  maxLength?: GivenProps<typeof textInputElement>['maxLength']
  /** The text, after each change. */
  onChange?: ElementHandlers<typeof textInputElement>['onChange']
  /** The text, when Enter is pressed. */
  onSubmit?: ElementHandlers<typeof textInputElement>['onSubmit']
  /** The text, when the field is left. */
  onBlur?: ElementHandlers<typeof textInputElement>['onBlur']
}

/** What scripts give `<Toast>`. */
export interface ToastProps extends EveryElement {
  /** Errors are read aloud at once. Default 'info'. */
  kind?: GivenProps<typeof toastElement>['kind']
  /** Above the text. Default: none. */
  title?: GivenProps<typeof toastElement>['title']
  /** After this it goes by itself, unless it is pointed at; 0: never. Default 5000. */
  durationMs?: GivenProps<typeof toastElement>['durationMs']
  /** It has gone: its time was over, or the cross was pressed. */
  onClose?: ElementHandlers<typeof toastElement>['onClose']
  /** What is between its tags. */
  children?: ReactNode
}
