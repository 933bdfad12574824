import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/*
 * What the kernel says of processes and their connections. Linux only: where /proc is missing the lists are empty, and
 * the checks built on them say nothing.
 */

interface ProcessInfo {
  pid: number
  parent: number
  command: string
}

function processes(): ProcessInfo[] {
  const list: ProcessInfo[] = []
  for (const name of readProc('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (rest[0] === 'Z') continue
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      list.push({ pid: Number(name), parent: Number(rest[1]), command })
    } catch {
      // It ended while we looked.
    }
  }
  return list
}

/** Living processes that have `text` in their command line, such as a home folder's path. */
export function processesNaming(text: string): { pid: number; command: string }[] {
  return processes().filter(({ pid, command }) => pid !== process.pid && command.includes(text))
}

/** The process and everything it started. */
export function processTree(root: number): number[] {
  const all = processes()
  const tree = [root]
  for (const pid of tree) for (const child of all) if (child.parent === pid) tree.push(child.pid)
  return tree
}

/** Remote addresses, other than this machine's own, that any of the processes has a TCP connection or attempt to. */
export function foreignConnections(pids: readonly number[]): string[] {
  const inodes = new Set<string>()
  for (const pid of pids) {
    for (const fd of readProc(`/proc/${pid}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
        if (inode) inodes.add(inode)
      } catch {
        // Closed while we looked.
      }
    }
  }
  const foreign: string[] = []
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text = ''
    try {
      text = readFileSync(table, 'utf8')
    } catch {
      continue
    }
    for (const line of text.split('\n').slice(1)) {
      const [, , remote, , , , , , , inode] = line.trim().split(/\s+/)
      if (!remote || !inode || !inodes.has(inode)) continue
      const [address] = remote.split(':') as [string]
      // Nobody (listening), 127.0.0.0/8, and the same in IPv6's clothes.
      const own =
        /^0+$/.test(address) ||
        (address.length === 8 && address.endsWith('7F')) ||
        address === '00000000000000000000000001000000' ||
        (address.startsWith('0000000000000000FFFF0000') && address.endsWith('7F'))
      if (!own) foreign.push(remote)
    }
  }
  return foreign
}

function readProc(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
