import { describe, expect, it } from 'vitest'
import { withDefaultApplication, withoutApplication } from '../../../../src/main/register/default-application.ts'

const TYPE = 'application/x-oriel-script'
const add = (list: string): string => withDefaultApplication(list, TYPE, 'oriel.desktop')
const remove = (list: string): string => withoutApplication(list, TYPE, 'oriel.desktop')

describe('the list of default applications', () => {
  it('begins where there was none', () => {
    expect(add('')).toBe(`[Default Applications]\n${TYPE}=oriel.desktop\n`)
  })

  it('keeps what others wrote, comments and unknown sections included', () => {
    const list = '# mine\n[Added Associations]\ntext/plain=a.desktop;b.desktop;\n\n[Other]\nx=y\n'
    expect(add(list)).toBe(`${list}\n[Default Applications]\n${TYPE}=oriel.desktop\n`)
  })

  it('goes before another application of the same type', () => {
    const list = `[Default Applications]\ntext/plain=a.desktop\n${TYPE}=other.desktop;\n`
    expect(add(list)).toBe(`[Default Applications]\ntext/plain=a.desktop\n${TYPE}=oriel.desktop;other.desktop\n`)
  })

  it('is the same after the second time', () => {
    const once = add('[Default Applications]\ntext/plain=a.desktop\n')
    expect(add(once)).toBe(once)
  })

  it.each([
    ['nothing', ''],
    ['another type', '[Default Applications]\ntext/plain=a.desktop\n'],
    ['another section', '# mine\n\n[Added Associations]\ntext/plain=a.desktop;\n'],
    ['another application', `[Default Applications]\n${TYPE}=other.desktop\n`],
    ['an empty section of its own', '[Removed Associations]\n'],
  ])('is as it was after removing, with %s in it', (_what, list) => {
    expect(remove(add(list))).toBe(list)
  })

  it('forgets the application in every section', () => {
    const list = `[Default Applications]\n${TYPE}=oriel.desktop\n[Added Associations]\n${TYPE}=oriel.desktop;b.desktop;\n`
    expect(remove(list)).toBe(`[Added Associations]\n${TYPE}=b.desktop\n`)
  })
})
