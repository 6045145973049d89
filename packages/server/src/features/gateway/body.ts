import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { FairleadError } from '@fairlead/core/errors';
import { giveBack } from '../../platform/buffers/index.ts';
import { gzipPayload, zstdFrameLength } from './coded-frames.ts';
import { type HeaderMap, headerValue } from './headers.ts';

/** Reads a request body up to `limit` bytes. `reserve` is told of every chunk and may refuse it. */
export async function readBody(
  request: IncomingMessage,
  headers: HeaderMap,
  limit: number,
  reserve: (bytes: number) => void,
): Promise<Buffer> {
  const declared = headerValue(headers, 'content-length');
  if (declared !== undefined && Number(declared) > limit) throw new FairleadError('gateway.body-too-large');
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: unknown): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
      reject(
        error instanceof FairleadError
          ? error
          : new FairleadError('gateway.body-incomplete', { cause: error }),
      );
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      try {
        if (size > limit) throw new FairleadError('gateway.body-too-large');
        reserve(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop(error);
      }
    };
    const onEnd = (): void => {
      request.off('close', onClose);
      resolve(joined(chunks, size));
    };
    const onClose = (): void => stop(new Error('the request ended early'));
    // Stays when reading stops: an error without a listener would end the process.
    request.on('error', stop);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/**
 * The chunks as one buffer. Theirs are given back at once: left to the collector, each megabyte of them brings the next
 * full collection nearer, which costs more than all the reading.
 */
function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = Buffer.concat(chunks, size);
  for (const chunk of chunks) giveBack(chunk);
  return whole;
}

/** @throws FairleadError gateway.content-type unless the body is declared to be JSON in UTF-8. */
export function requireJson(headers: HeaderMap): void {
  const declared = headerValue(headers, 'content-type') ?? '';
  // What clients send; anything else is looked at each time.
  if (declared === 'application/json') return;
  const [type, ...parameters] = declared
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charsets = parameters.filter((parameter) => parameter.startsWith('charset='));
  const utf8 = charsets.every((charset) => /^charset="?utf-8"?$/.test(charset));
  if (type !== 'application/json' || !utf8) throw new FairleadError('gateway.content-type');
}

type Inflated = { buffer: Buffer; engine: { bytesWritten: number } };
const inflateRaw = promisify(zlib.inflateRaw) as unknown as (b: Buffer, o: object) => Promise<Inflated>;
const inflate = promisify(zlib.inflate) as unknown as (b: Buffer, o: object) => Promise<Inflated>;
const zstdDecompress = promisify(zlib.zstdDecompress) as unknown as (b: Buffer, o: object) => Promise<Buffer>;

/**
 * The one reading of a coded body: a single coding, a single frame, nothing behind it, bounded.
 * @param limit bytes after decoding
 * @throws FairleadError gateway.content-coding, gateway.body-too-large
 */
export async function decodeBody(body: Buffer, headers: HeaderMap, limit: number): Promise<Buffer> {
  const coding = (headerValue(headers, 'content-encoding') ?? 'identity').trim().toLowerCase();
  try {
    if (coding === 'identity') return body;
    if (coding === 'gzip' || coding === 'x-gzip') return await decodeGzip(body, limit);
    if (coding === 'deflate') return await decodeDeflate(body, limit);
    if (coding === 'zstd') return await decodeZstd(body, limit);
  } catch (error) {
    throw codingError(error);
  }
  throw new FairleadError('gateway.content-coding', {
    message: 'The content coding is not zstd, gzip or deflate.',
  });
}

async function decodeGzip(body: Buffer, limit: number): Promise<Buffer> {
  const payload = gzipPayload(body);
  if (payload === null) throw new FairleadError('gateway.content-coding');
  const { buffer, engine } = await inflateRaw(payload, { maxOutputLength: limit, info: true });
  const trailer = payload.subarray(engine.bytesWritten);
  if (trailer.length !== 8) throw trailingData();
  const intact =
    trailer.readUInt32LE(0) === zlib.crc32(buffer) && trailer.readUInt32LE(4) === buffer.length % 2 ** 32;
  if (!intact) throw new FairleadError('gateway.content-coding');
  return buffer;
}

async function decodeDeflate(body: Buffer, limit: number): Promise<Buffer> {
  const { buffer, engine } = await inflate(body, { maxOutputLength: limit, info: true });
  if (engine.bytesWritten !== body.length) throw trailingData();
  return buffer;
}

async function decodeZstd(body: Buffer, limit: number): Promise<Buffer> {
  if (zstdFrameLength(body) !== body.length) throw trailingData();
  return await zstdDecompress(body, { maxOutputLength: limit });
}

function trailingData(): FairleadError {
  return new FairleadError('gateway.content-coding', {
    message: 'The coded body is not exactly one frame; readers differ on what follows the first.',
  });
}

function codingError(error: unknown): FairleadError {
  if (error instanceof FairleadError) return error;
  if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
    return new FairleadError('gateway.body-too-large', {
      message: 'The decoded body is larger than the limit.',
    });
  }
  return new FairleadError('gateway.content-coding', { cause: error });
}
