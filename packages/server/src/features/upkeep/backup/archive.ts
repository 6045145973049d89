import { createHash } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { extract, pack } from 'tar-stream';
import {
  type BackupManifest,
  type BackupPart,
  invalid,
  manifestFile,
  maxManifestBytes,
  parseManifest,
} from './manifest.ts';
import { plainTarGuard } from './tar-guard.ts';

/** Writes a tar of the manifest and its parts, which lie in `folder`, into a new file; gzipped when asked. */
export async function writeArchive(
  file: string,
  folder: string,
  manifest: BackupManifest,
  gzip: boolean,
): Promise<void> {
  const tar = pack();
  const writing = gzip
    ? pipeline(
        tar,
        createGzip({ level: 3 }),
        createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
      )
    : pipeline(tar, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  const filling = (async () => {
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    tar.entry({ name: manifestFile, mode: 0o600 }, text);
    for (const { name, bytes } of manifest.parts) {
      await pipeline(createReadStream(join(folder, name)), tar.entry({ name, size: bytes, mode: 0o600 }));
    }
    tar.finalize();
  })();
  // A disk that is full ends the writing; the filling then waits for nobody.
  filling.catch((error: Error) => tar.destroy(error));
  await writing;
  await filling;
}

/** The length and SHA-256 of a file. */
export async function digestFile(folder: string, name: string): Promise<BackupPart> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, name))) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

/** A file of the archive, as it is read. */
type ArchivedFile = AsyncIterable<unknown>;

/** What a restore does with the parts of an archive as they come. */
export interface PartSink {
  /** Called once, before the first part. Throws to refuse. */
  onManifest(manifest: BackupManifest): void;
}

/**
 * Unpacks an archive into an empty folder: the manifest first, then exactly its parts with exactly its digests.
 * Whatever else stands in the archive refuses it.
 * @throws FairleadError `backup.invalid`
 */
export async function readArchive(file: string, folder: string, sink: PartSink): Promise<BackupManifest> {
  const gzip = isGzip(file);
  const source = createReadStream(file);
  const tar = extract();
  const feeding = gzip
    ? pipeline(source, createGunzip(), plainTarGuard(), tar)
    : pipeline(source, plainTarGuard(), tar);
  feeding.catch(() => undefined);
  let manifest: BackupManifest | null = null;
  const missing = new Map<string, BackupPart>();
  try {
    for await (const entry of tar) {
      const { name, size = 0 } = entry.header;
      if (manifest === null) {
        if (name !== manifestFile || size > maxManifestBytes)
          throw invalid('it does not begin with a manifest');
        manifest = parseManifest(await textOf(entry));
        for (const part of manifest.parts) missing.set(part.name, part);
        sink.onManifest(manifest);
        continue;
      }
      const part = missing.get(name);
      if (part === undefined || part.bytes !== size)
        throw invalid('it holds something that its manifest does not list');
      missing.delete(name);
      await writePart(entry, join(folder, name), part);
    }
    await feeding;
  } catch (error) {
    source.destroy();
    throw describe(error);
  }
  if (manifest === null || missing.size > 0) throw invalid('it ends before its last part');
  return manifest;
}

async function textOf(entry: ArchivedFile): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function writePart(entry: ArchivedFile, path: string, { name, sha256 }: BackupPart): Promise<void> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(entry, hashing, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  if (hash.digest('hex') !== sha256) throw invalid(`${name} is not what its manifest says`);
}

function openArchive(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw unread(file, error);
  }
}

function unread(file: string, error: unknown): FairleadError {
  return new FairleadError('backup.invalid', {
    message: `The file of the backup can't be read (${(error as { code?: string }).code}).`,
    place: { file },
    fix: 'Check the path and its permissions.',
    cause: error,
  });
}

function isGzip(file: string): boolean {
  const handle = openArchive(file);
  try {
    const magic = Buffer.alloc(2);
    readSync(handle, magic, 0, 2, 0);
    return magic[0] === 0x1f && magic[1] === 0x8b;
  } catch (error) {
    throw unread(file, error);
  } finally {
    closeSync(handle);
  }
}

/** What a broken archive makes its readers say, in our words. Errors of the disk stay what they are. */
function describe(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (isFairleadError(error) || /^E[A-Z]+$/.test(code)) return error;
  const truncated =
    code === 'Z_BUF_ERROR' || code === 'ERR_STREAM_PREMATURE_CLOSE' || /unexpected end/i.test(message);
  return invalid(truncated ? 'it is cut off' : 'it is not a tar file', error);
}
