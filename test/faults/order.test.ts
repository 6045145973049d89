// What kill -9 can't show: that the decision was not only written but synced before the call went upstream. strace
// watches a running gateway; every call must show write, then fsync or fdatasync of the ledger, then the first byte.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { chat } from './load.ts';
import { startGateway } from './process.ts';
import { waitUntil } from './record.ts';
import { parseTrace, sendOrders } from './trace.ts';
import { startUpstream } from './upstream.ts';

const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!canTrace)
  process.stderr.write(
    'SKIPPED: no strace, or tracing is not permitted, so the order of syncs is not tried\n',
  );

const requests = 20;
const traced = 'write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync,connect';

describe('reading a trace', () => {
  const connect = '7 1.0 connect(30<socket:[9]>, {sa_family=AF_INET, sin_port=htons(99)}, 16) = 0';
  const write = '8 2.1 pwrite64(20</d/ledger.db-wal>, "x", 1, 0) = 1';
  const send = '7 2.3 write(30<socket:[9]>, "POST", 4) = 4';
  const orderOf = (...lines: string[]) =>
    sendOrders(parseTrace(lines.join('\n')), 99, [2.0]).map((o) => o.recordedBefore);

  it('accepts write, sync, send', () => {
    expect(orderOf(connect, write, '8 2.2 fdatasync(20</d/ledger.db-wal>) = 0', send)).toEqual([true]);
  });

  it('rejects a send without a sync, before it, before its end, or of another file', () => {
    expect(orderOf(connect, write, send)).toEqual([false]);
    expect(orderOf(connect, write, send, '8 2.4 fdatasync(20</d/ledger.db-wal>) = 0')).toEqual([false]);
    expect(orderOf(connect, '8 2.05 fdatasync(20</d/ledger.db-wal>) = 0', write, send)).toEqual([false]);
    expect(orderOf(connect, write, '8 2.2 fdatasync(21</d/state.db-wal>) = 0', send)).toEqual([false]);
    const late = [
      '8 2.2 fdatasync(20</d/ledger.db-wal> <unfinished ...>',
      send,
      '8 2.4 <... fdatasync resumed>) = 0',
    ];
    expect(orderOf(connect, write, ...late)).toEqual([false]);
  });

  it('puts interrupted calls together', () => {
    const halves = [
      '8 2.2 fdatasync(20</d/ledger.db-wal> <unfinished ...>',
      '8 2.25 <... fdatasync resumed>) = 0',
    ];
    expect(orderOf(connect, write, ...halves, send)).toEqual([true]);
  });
});

/** Whether every thread of a process is traced; what strace says of it on stderr isn't reliable. */
function isTraced(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).every((task) => {
    const status = join(tasks, task, 'status');
    // A thread may end meanwhile.
    const text = existsSync(status) ? readFileSync(status, 'utf8') : 'TracerPid:\t1';
    return /^TracerPid:\s+[1-9]/m.test(text);
  });
}

/** Starts a gateway, watches it through some calls, and tells for each whether its decision was synced before it was sent. */
async function watchedOrders(nodeArgs: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-order-'));
  const output = join(folder, 'trace');
  const upstream = await startUpstream();
  const gateway = await startGateway(join(folder, 'data'), upstream.url, nodeArgs);
  const options = ['-f', '-y', '-ttt', '-s', '8', '-e', `trace=${traced}`, '-o', output];
  const strace = spawn('strace', [...options, '-p', String(gateway.pid)]);
  const stopped = new Promise((done) => strace.on('close', done));
  try {
    await waitUntil(() => isTraced(gateway.pid), 'strace to attach');
    expect(existsSync(output)).toBe(true);
    const starts: number[] = [];
    for (let number = 0; number < requests; number++) {
      await sleep(700); // outcome and checkpoint of the call before come to rest
      starts.push(Date.now() / 1000);
      expect((await chat(gateway.gateway, gateway.key, `call ${number}`)).status).toBe(200);
    }
    strace.kill('SIGINT');
    await stopped;
    const port = Number(new URL(upstream.url).port);
    return sendOrders(parseTrace(readFileSync(output, 'utf8')), port, starts);
  } finally {
    strace.kill('SIGKILL');
    await gateway.stop('SIGKILL');
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the order on the disk and on the wire', () => {
  it.skipIf(!canTrace)(`is record, sync, send in each of ${requests} calls`, async () => {
    const orders = await watchedOrders();
    expect(orders).toHaveLength(requests);
    expect(orders.filter(({ recordedBefore }) => !recordedBefore)).toEqual([]);
  });

  it.skipIf(!canTrace)('is seen to be broken in each of them when databases do not sync', async () => {
    const orders = await watchedOrders(['--import', new URL('./without-sync.ts', import.meta.url).href]);
    expect(orders).toHaveLength(requests);
    expect(orders.filter(({ recordedBefore }) => recordedBefore)).toEqual([]);
  });
});
