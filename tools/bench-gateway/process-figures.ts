import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** False where the kernel does not tell what a process uses: the benchmark runs on Linux only. */
export const canReadProcesses = existsSync('/proc/self/stat');

/** Clock ticks a second, in which the kernel counts. */
const ticks = canReadProcesses
  ? Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).trim())
  : 100;

/** Fields of /proc/PID/stat after the command's name, which may hold spaces; null when the process is gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The process and everything it started, directly or not. */
function treeOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? statOf(Number(name))?.[1] : undefined;
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const tree = [pid];
  for (let at = 0; at < tree.length; at += 1) {
    for (const [child, parent] of parents) if (parent === tree[at]) tree.push(child);
  }
  return tree;
}

/** Seconds of CPU, user and system, of all threads of a process and of its children, those that ended included. */
export function cpuSeconds(pid: number): number {
  let sum = 0;
  for (const one of treeOf(pid)) {
    const [, , , , , , , , , , , user = 0, system = 0, childUser = 0, childSystem = 0] =
      statOf(one)?.map(Number) ?? [];
    sum += user + system + childUser + childSystem;
  }
  return sum / ticks;
}

/** Seconds of CPU by name of thread, of the threads that live now; where the time goes, not how much it is. */
export function threadSeconds(pid: number): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      seconds.set(name, (seconds.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / ticks);
    } catch {
      // It ended meanwhile.
    }
  }
  return seconds;
}

/** Resident memory of a process and its children, in MiB. */
export function residentMiB(pid: number): number {
  let kib = 0;
  for (const one of treeOf(pid)) {
    try {
      const status = readFileSync(`/proc/${one}/status`, 'utf8');
      kib += Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return kib / 1024;
}
