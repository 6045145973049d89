import { encodeBundle, parseTilePath, type TileAddress, tileWidth } from '@fairlead/core/ledger';
import { growthOf } from './growth.ts';
import { storeTiles } from './sealer.ts';
import type { LedgerReader } from './store.ts';

export interface LogFile {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * A file of the log as tlog-tiles lays it out: `/log/checkpoint`, `/log/vkey`, `/log/tile/<L>/<N>[.p/<W>]` and
 * `/log/tile/entries/<N>[.p/<W>]`; besides `/log/consistency/<from>/<to>`, the hashes of a proof in base64, one a line. Tiles reach no further than `checkpoint`, the published one. Null: no such file.
 */
export async function readLogFile(
  reader: LedgerReader,
  checkpoint: { readonly size: number; readonly note: string } | null,
  path: string,
): Promise<LogFile | null> {
  if (!path.startsWith('/log/')) return null;
  const name = path.slice('/log/'.length);
  if (name === 'checkpoint') return checkpoint === null ? null : text(checkpoint.note);
  if (name === 'vkey') {
    const identity = await reader.identity();
    return identity === null ? null : text(`${identity.vkey}\n`);
  }
  const growth = /^consistency\/(\d{1,15})\/(\d{1,15})$/.exec(name);
  if (growth !== null) return readGrowth(reader, checkpoint?.size ?? 0, Number(growth[1]), Number(growth[2]));
  const tile = parseTilePath(name);
  return tile === null ? null : readTile(reader, checkpoint?.size ?? 0, tile);
}

async function readGrowth(
  reader: LedgerReader,
  size: number,
  from: number,
  to: number,
): Promise<LogFile | null> {
  if (from < 1 || from > to || to > size) return null;
  const { proof } = await growthOf(reader, from, to);
  return text(proof.map((hash) => `${hash}\n`).join(''));
}

async function readTile(reader: LedgerReader, size: number, tile: TileAddress): Promise<LogFile | null> {
  const level = tile.level === 'entries' ? 0 : tile.level;
  const end = tile.index * tileWidth + tile.width;
  if (end > Math.floor(size / tileWidth ** level)) return null;
  if (tile.level !== 'entries') return binary(await storeTiles(reader)(level, tile.index, tile.width));
  const entries = await reader.readEntries(tile.index * tileWidth, tile.width);
  // Below the minimum index only hashes are left.
  if (entries.some(({ bytes }) => bytes.length === 0)) return null;
  return binary(encodeBundle(entries.map((entry) => entry.bytes)));
}

function text(body: string): LogFile {
  return { contentType: 'text/plain; charset=utf-8', body: Buffer.from(body) };
}

function binary(body: Uint8Array): LogFile {
  return { contentType: 'application/octet-stream', body };
}
