/*
 * The package `oriel/testing`: scripts in tests, without a window, in any test runner.
 */
export { FakeRenderer, MountedComponent, isolatedRegistry, mountComponent } from './testing/component-kit.ts'
export type { MountOptions } from './testing/component-kit.ts'
export { openScript } from '../main/testing/open-script.ts'
export type { OpenScriptOptions } from '../main/testing/open-script.ts'
export type { Download, TestApp, TestWindow, ToldToast } from '../main/testing/test-app.ts'
export type { Locator, RoleOptions, TextOptions } from '../main/testing/locator.ts'
export type { SentEvent } from '../main/testing/test-page.ts'
