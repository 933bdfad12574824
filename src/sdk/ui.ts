/*
 * The package `oriel/ui`: elements for scripts that show React elements. Each is defined in src/shared/elements and drawn
 * in src/renderer/views/elements.
 */
import { alertElement } from '../shared/elements/alert.ts'
import { badgeElement } from '../shared/elements/badge.ts'
import { buttonElement } from '../shared/elements/button.ts'
import { cardElement } from '../shared/elements/card.ts'
import { checkboxElement } from '../shared/elements/checkbox.ts'
import { codeElement } from '../shared/elements/code.ts'
import { colorInputElement } from '../shared/elements/color-input.ts'
import { columnElement } from '../shared/elements/column.ts'
import { dateInputElement } from '../shared/elements/date-input.ts'
import { dateRangeInputElement } from '../shared/elements/date-range-input.ts'
import { dividerElement } from '../shared/elements/divider.ts'
import { drawerElement } from '../shared/elements/drawer.ts'
import { expanderElement } from '../shared/elements/expander.ts'
import { gridElement } from '../shared/elements/grid.ts'
import { headingElement } from '../shared/elements/heading.ts'
import { htmlElement } from '../shared/elements/html.ts'
import { imageElement } from '../shared/elements/image.ts'
import { jsonElement } from '../shared/elements/json.ts'
import { linkElement } from '../shared/elements/link.ts'
import { markdownElement } from '../shared/elements/markdown.ts'
import { metricElement } from '../shared/elements/metric.ts'
import { modalElement } from '../shared/elements/modal.ts'
import { multiSelectElement } from '../shared/elements/multi-select.ts'
import { numberInputElement } from '../shared/elements/number-input.ts'
import { passwordInputElement } from '../shared/elements/password-input.ts'
import { progressElement } from '../shared/elements/progress.ts'
import { radioGroupElement } from '../shared/elements/radio-group.ts'
import { rangeSliderElement } from '../shared/elements/range-slider.ts'
import { rowElement } from '../shared/elements/row.ts'
import { selectElement } from '../shared/elements/select.ts'
import { sidebarElement } from '../shared/elements/sidebar.ts'
import { skeletonElement } from '../shared/elements/skeleton.ts'
import { sliderElement } from '../shared/elements/slider.ts'
import { spinnerElement } from '../shared/elements/spinner.ts'
import { splitElement } from '../shared/elements/split.ts'
import { switchElement } from '../shared/elements/switch.ts'
import { tabElement } from '../shared/elements/tab.ts'
import { tabsElement } from '../shared/elements/tabs.ts'
import { textElement } from '../shared/elements/text.ts'
import { textAreaElement } from '../shared/elements/text-area.ts'
import { textInputElement } from '../shared/elements/text-input.ts'
import { toastElement } from '../shared/elements/toast.ts'
import { element } from './elements/element.ts'
import type {
  AlertProps,
  BadgeProps,
  ButtonProps,
  CardProps,
  CheckboxProps,
  CodeProps,
  ColorInputProps,
  ColumnProps,
  DateInputProps,
  DateRangeInputProps,
  DividerProps,
  DrawerProps,
  ExpanderProps,
  GridProps,
  HeadingProps,
  ImageProps,
  JsonProps,
  LinkProps,
  HtmlProps,
  MarkdownProps,
  MetricProps,
  ModalProps,
  MultiSelectProps,
  NumberInputProps,
  PasswordInputProps,
  ProgressProps,
  RadioGroupProps,
  RangeSliderProps,
  RowProps,
  SelectProps,
  SidebarProps,
  SkeletonProps,
  SliderProps,
  SpinnerProps,
  SplitProps,
  SwitchProps,
  TabProps,
  TabsProps,
  TextProps,
  TextAreaProps,
  TextInputProps,
  ToastProps,
} from './elements/element-props.ts'

export type { Option } from '../shared/elements/field.ts'
export type * from './elements/element-props.ts'
export type { FileInputProps } from './elements/file-input.ts'
export type { ElementHandle } from './elements/element.ts'
export type { UploadedFile } from './elements/file-uploads.ts'
export type { FormErrors, FormProps, FormResult } from './elements/form.ts'
export { FileInput } from './elements/file-input.ts'
export { Form } from './elements/form.ts'
export { Log } from './elements/log.ts'
export { Chart } from './elements/chart.ts'
export type { ChartPoint, ChartProps, ChartTrace } from './elements/chart.ts'
export { LineStream } from './elements/line-stream.ts'
export type { LineStreamProps } from './elements/line-stream.ts'
export { Mount } from './elements/mount.ts'
export type { MountProps } from './elements/mount.ts'
export { Table } from './elements/table.ts'
export type { TableColumn, TableProps } from './elements/table.ts'
export type { CellCheck, CellEdit } from './elements/table-edits.ts'
export type { TableInput } from './elements/table-rows.ts'

/** A message in its place on the page. Warnings and errors are read aloud at once. */
export const Alert = element<typeof alertElement, AlertProps>(alertElement)
/** A word or two about a thing. */
export const Badge = element<typeof badgeElement, BadgeProps>(badgeElement)
/** A button that a person presses; what is between its tags is its label. */
export const Button = element<typeof buttonElement, ButtonProps>(buttonElement)
/** A sheet of its own for what belongs together. */
export const Card = element<typeof cardElement, CardProps>(cardElement)
/** Yes or no. */
export const Checkbox = element<typeof checkboxElement, CheckboxProps>(checkboxElement)
/** A block of code. */
export const Code = element<typeof codeElement, CodeProps>(codeElement)
/** A colour, typed or chosen. */
export const ColorInput = element<typeof colorInputElement, ColorInputProps>(colorInputElement)
/** Children one below the other. */
export const Column = element<typeof columnElement, ColumnProps>(columnElement)
/** A day, typed or chosen from a calendar. */
export const DateInput = element<typeof dateInputElement, DateInputProps>(dateInputElement)
/** The days from one to another, chosen from a calendar. */
export const DateRangeInput = element<typeof dateRangeInputElement, DateRangeInputProps>(dateRangeInputElement)
/** A line between one thing and the next. */
export const Divider = element<typeof dividerElement, DividerProps>(dividerElement)
/** A Modal at one side of the window. */
export const Drawer = element<typeof drawerElement, DrawerProps>(drawerElement)
/** A line that shows and hides what belongs to it. */
export const Expander = element<typeof expanderElement, ExpanderProps>(expanderElement)
/** Children in columns of the same width. */
export const Grid = element<typeof gridElement, GridProps>(gridElement)
/** A heading of what follows. */
export const Heading = element<typeof headingElement, HeadingProps>(headingElement)
/** A picture, or one that moves. */
export const Image = element<typeof imageElement, ImageProps>(imageElement)
/** A value as a tree whose branches open and close. */
export const Json = element<typeof jsonElement, JsonProps>(jsonElement)
/** Opens an address in the person's own browser or mail program; the window stays where it is. */
export const Link = element<typeof linkElement, LinkProps>(linkElement)
/** HTML as text, such as a mail or what another program has made. It is cleaned of all that runs, loads from elsewhere or is filled in. */
export const Html = element<typeof htmlElement, HtmlProps>(htmlElement)
/** Text in Markdown (GitHub's). HTML in it is kept as far as it only formats text; it never runs, loads or restyles anything. */
export const Markdown = element<typeof markdownElement, MarkdownProps>(markdownElement)
/** One number that matters, large, with what it is and how it has changed. */
export const Metric = element<typeof metricElement, MetricProps>(metricElement)
/** Lies over everything else. The focus stays inside and is back where it was afterwards. */
export const Modal = element<typeof modalElement, ModalProps>(modalElement)
/** Any number of choices of a list that opens. */
export const MultiSelect = element<typeof multiSelectElement, MultiSelectProps>(multiSelectElement)
/** A number that a person types, or steps to with the arrow keys. */
export const NumberInput = element<typeof numberInputElement, NumberInputProps>(numberInputElement)
/** A text that is not shown while it is typed, unless the person asks for it. */
export const PasswordInput = element<typeof passwordInputElement, PasswordInputProps>(passwordInputElement)
/** How far something is. */
export const Progress = element<typeof progressElement, ProgressProps>(progressElement)
/** One choice of a few that are all shown. */
export const RadioGroup = element<typeof radioGroupElement, RadioGroupProps>(radioGroupElement)
/** A range of numbers, both ends of which a person drags. */
export const RangeSlider = element<typeof rangeSliderElement, RangeSliderProps>(rangeSliderElement)
/** Children side by side. */
export const Row = element<typeof rowElement, RowProps>(rowElement)
/** One choice of a list that opens. */
export const Select = element<typeof selectElement, SelectProps>(selectElement)
/** Stands at the edge of the window beside everything else, wherever in the tree it is. One for each side. */
export const Sidebar = element<typeof sidebarElement, SidebarProps>(sidebarElement)
/** Stands where something will be. */
export const Skeleton = element<typeof skeletonElement, SkeletonProps>(skeletonElement)
/** A number that a person drags. */
export const Slider = element<typeof sliderElement, SliderProps>(sliderElement)
/** Something goes on, and nobody knows how long. */
export const Spinner = element<typeof spinnerElement, SpinnerProps>(spinnerElement)
/** Two panes with an edge between them that a person moves: the first child, and the rest. */
export const Split = element<typeof splitElement, SplitProps>(splitElement)
/** Something that is on or off, at once. */
export const Switch = element<typeof switchElement, SwitchProps>(switchElement)
/** One tab of `Tabs`, with what it shows. It stays in the page once it was shown. */
export const Tab = element<typeof tabElement, TabProps>(tabElement)
/** Shows one of its `Tab`s at a time. */
export const Tabs = element<typeof tabsElement, TabsProps>(tabsElement)
/** A paragraph of text. */
export const Text = element<typeof textElement, TextProps>(textElement)
/** Text of several lines that a person types. */
export const TextArea = element<typeof textAreaElement, TextAreaProps>(textAreaElement)
/** One line of text that a person types. */
export const TextInput = element<typeof textInputElement, TextInputProps>(textInputElement)
/** A message in the corner of the window, for as long as it is rendered or until its time is over. */
export const Toast = element<typeof toastElement, ToastProps>(toastElement)
