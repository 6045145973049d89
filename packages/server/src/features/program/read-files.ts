import { createHash } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { canonicalJson } from '@fairlead/core/json';
import {
  type FindingCode,
  fileStart,
  finding,
  isProgramFile,
  type ProgramFinding,
} from '@fairlead/core/program';
import { decodeUtf8 } from '@fairlead/core/text';

/** The most a program may hold. Far above any real one; low enough that reading it can't hurt. */
export const programLimits = { fileBytes: 1 << 20, totalBytes: 16 << 20, files: 5000, depth: 8 } as const;

export interface ProgramFiles {
  /** Path inside the directory (with `/`) → text. */
  readonly texts: ReadonlyMap<string, string>;
  /** `sha256:` + hex over the canonical manifest `{path: sha256}` of every file that could be read. */
  readonly digest: string;
  readonly findings: readonly ProgramFinding[];
}

interface Reading {
  readonly root: string;
  readonly texts: Map<string, string>;
  readonly manifest: { [path: string]: string };
  readonly findings: ProgramFinding[];
  total: number;
  stopped: boolean;
}

/**
 * Reads every file of a program directory. Names that begin with a dot are left out (`.git`, editors' files).
 * Files outside the directory, special files, over-size files and invalid UTF-8 become findings.
 * @throws FairleadError `program.not-found` or `program.unreadable`.
 */
export async function readProgramFiles(directory: string): Promise<ProgramFiles> {
  const root = await resolveRoot(directory);
  const reading: Reading = {
    root,
    texts: new Map(),
    manifest: Object.create(null) as { [path: string]: string },
    findings: [],
    total: 0,
    stopped: false,
  };
  try {
    await readFolder(reading, '', 0);
  } catch (cause) {
    throw new FairleadError('program.unreadable', { place: { path: directory }, cause });
  }
  const manifest = canonicalJson({ ...reading.manifest });
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  return { texts: reading.texts, digest, findings: reading.findings };
}

async function resolveRoot(directory: string): Promise<string> {
  const place = { path: directory };
  const root = await realpath(directory).catch((cause: unknown) => {
    throw new FairleadError('program.not-found', { place, cause });
  });
  const names = await readdir(root).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOTDIR' ? 'program.not-found' : 'program.unreadable';
    throw new FairleadError(code, { place, cause });
  });
  // Somebody's home folder, say, would otherwise be read whole, and each of its files be a finding.
  if (names.some(isProgramFile)) return root;
  const message = 'This folder holds no program: there is no fairlead.yaml in it.';
  throw new FairleadError('program.not-found', { message, place });
}

async function readFolder(reading: Reading, folder: string, depth: number): Promise<void> {
  if (depth > programLimits.depth) {
    refuse(
      reading,
      'program.file-place',
      folder,
      `Folders nest more than ${programLimits.depth} levels deep.`,
    );
    return;
  }
  const entries = await readdir(join(reading.root, folder), { withFileTypes: true }).catch(
    (cause: unknown) => {
      if (folder === '') throw cause;
      refuse(reading, 'program.file-place', folder, 'This folder cannot be read.');
      return [];
    },
  );
  // Read in one order everywhere, so that limits are met at the same file on every machine.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (reading.stopped) return;
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    await readEntry(reading, folder === '' ? entry.name : `${folder}/${entry.name}`, entry, depth);
  }
}

async function readEntry(reading: Reading, path: string, entry: Dirent, depth: number): Promise<void> {
  if (!isPlainName(entry.name)) {
    refuse(reading, 'program.file-place', path, 'The name holds characters that no program file needs.');
    return;
  }
  if (entry.isDirectory()) return readFolder(reading, path, depth + 1);
  const place = entry.isSymbolicLink() ? await linkedFile(reading, path) : join(reading.root, path);
  if (place === null) return;
  if (!(entry.isFile() || entry.isSymbolicLink())) {
    refuse(reading, 'program.file-place', path, 'This is not a plain file.');
    return;
  }
  await readOne(reading, path, place);
}

/** Where a link inside the directory leads, if that is a file inside it too (mounted volumes do this). */
async function linkedFile(reading: Reading, path: string): Promise<string | null> {
  const target = await realpath(join(reading.root, path)).catch(() => null);
  if (target === null || !target.startsWith(reading.root + sep)) {
    refuse(
      reading,
      'program.file-place',
      path,
      'This is a link that leads out of the program directory, or nowhere.',
    );
    return null;
  }
  if (!(await lstat(target)).isFile()) {
    refuse(reading, 'program.file-place', path, 'This is a link to something that is not a plain file.');
    return null;
  }
  return target;
}

async function readOne(reading: Reading, path: string, place: string): Promise<void> {
  // Not followed and not waited for: between the listing and here the file may have become a link or a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(place, flags).catch(() => null);
  if (handle === null) {
    refuse(reading, 'program.file-place', path, 'This file cannot be read.');
    return;
  }
  try {
    const bytes = await readBounded(handle);
    if (bytes === null) {
      const mebibytes = programLimits.fileBytes >> 20;
      refuse(reading, 'program.file-too-large', path, `Larger than ${mebibytes} MiB, or not a plain file.`);
      return;
    }
    keep(reading, path, bytes);
  } finally {
    await handle.close();
  }
}

async function readBounded(handle: FileHandle): Promise<Buffer | null> {
  const stat = await handle.stat();
  if (!stat.isFile() || stat.size > programLimits.fileBytes) return null;
  const buffer = Buffer.alloc(programLimits.fileBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length > programLimits.fileBytes ? null : buffer.subarray(0, length);
}

function keep(reading: Reading, path: string, bytes: Buffer): void {
  reading.total += bytes.length;
  if (reading.total > programLimits.totalBytes || reading.texts.size >= programLimits.files) {
    refuse(reading, 'program.file-too-large', path, 'The program as a whole is larger than it may be.');
    reading.stopped = true;
    return;
  }
  reading.manifest[path] = createHash('sha256').update(bytes).digest('hex');
  try {
    const text = decodeUtf8(bytes);
    if (text.startsWith('\ufeff')) throw new TypeError('byte order mark');
    reading.texts.set(path, text);
  } catch {
    refuse(reading, 'program.file-encoding', path, 'This is not UTF-8 text without a byte order mark.');
  }
}

function refuse(reading: Reading, code: FindingCode, path: string, message: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: hostile names must not reach a terminal
  const shown = path.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  reading.findings.push(finding(code, shown, fileStart, message));
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9 ._@+-]{0,200}$/.test(name);
}
