import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const goEnvironment = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };

/** Something that verifies the files of an export. */
export interface Verifier {
  readonly name: string;
  /** Null when it can run here, else why not. */
  readonly missing: string | null;
  /** Exit code and output of a run. */
  run(folder: string, options?: VerifierOptions): { readonly code: number | null; readonly output: string };
}

export interface VerifierOptions {
  readonly vkey?: string;
  /** File of a checkpoint that was kept elsewhere. */
  readonly checkpoint?: string;
  readonly foreign?: boolean;
  /** Witnesses that must have cosigned; the Go verifier doesn't know them. */
  readonly witnessVkeys?: readonly string[];
}

function flags(dash: string, { vkey, checkpoint, foreign, witnessVkeys = [] }: VerifierOptions): string[] {
  return [
    ...(vkey === undefined ? [] : [`${dash}vkey`, vkey]),
    ...(checkpoint === undefined ? [] : [`${dash}checkpoint`, checkpoint]),
    ...(foreign ? [`${dash}foreign`] : []),
    ...witnessVkeys.flatMap((key) => [`${dash}witness-vkey`, key]),
  ];
}

function ran(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { code: status, output: `${stdout ?? ''}${stderr ?? ''}` };
}

function python(name: string, isolated: readonly string[]): Verifier {
  const script = join(root, 'verifiers/python/verify.py');
  const there = spawnSync('python3', ['--version']).status === 0;
  return {
    name,
    missing: there ? null : 'python3 is not installed',
    run: (folder, options = {}) => ran('python3', [...isolated, script, folder, ...flags('--', options)]),
  };
}

function go(): Verifier {
  const binary = join(mkdtempSync(join(tmpdir(), 'fairlead-verifier-')), 'verify');
  let missing: string | null = null;
  try {
    execFileSync('go', ['build', '-o', binary, './verifiers/go'], {
      cwd: root,
      env: goEnvironment,
      stdio: 'pipe',
    });
  } catch (error) {
    const text = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message);
    missing = `go or golang.org/x/mod is not installed: ${text.split('\n')[0]}`;
  }
  return {
    name: 'Go, with the code of its checksum database',
    missing,
    run: (folder, options = {}) => ran(binary, [folder, ...flags('-', options)]),
  };
}

/** Ours, over the files of an export alone. */
function own(): Verifier {
  return {
    name: 'Fairlead itself',
    missing: null,
    run: (folder, { vkey, checkpoint, witnessVkeys = [] } = {}) => {
      const keys = witnessVkeys.map((key, at) => {
        const file = join(mkdtempSync(join(tmpdir(), 'fairlead-witness-key-')), `${at}`);
        writeFileSync(file, key);
        return file;
      });
      const { code, output } = ran(process.execPath, [
        ...[join(root, 'bin/fairlead'), 'ledger', 'verify', '--dir', folder],
        ...(vkey === undefined ? [] : ['--vkey', vkey]),
        ...(checkpoint === undefined ? [] : ['--checkpoint', checkpoint]),
        ...keys.flatMap((file) => ['--witness-vkey', file]),
      ]);
      const [, size] = /entries +(\d+)/.exec(output) ?? [];
      return { code, output: code === 0 ? `ok: ${size} entries\n${output}` : `INVALID\n${output}` };
    },
  };
}

/** `-S` leaves site-packages out, so the script's own Ed25519 is used instead of the `cryptography` package. */
export const foreignVerifiers: readonly Verifier[] = [
  python('Python', []),
  python('Python without any package', ['-S']),
  go(),
];
/** The same, and Fairlead. */
export const verifiers: readonly Verifier[] = [...foreignVerifiers, own()];
for (const { name, missing } of verifiers) {
  if (missing !== null) process.stderr.write(`SKIPPED lane: verifiers: ${name}: ${missing}\n`);
}
