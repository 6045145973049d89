import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import {
  cosignatureType,
  cosigner,
  formatVerifierKey,
  type NoteSigner,
  type NoteVerifier,
  noteKeyId,
} from '@fairlead/core/ledger';
import type { Clock } from '@fairlead/core/ports';
import { nodeHash, publicKeyOf, signEd25519 } from '../../../platform/crypto/index.ts';
import { makeFolder } from '../../../platform/files/index.ts';
import { isAllowedHost, isBrowserRequest, isLoopback } from '../../../platform/http/index.ts';
import { acquireWriterLock, createDataFolder } from '../../../platform/lock/index.ts';
import { defaultKeysDir, hasSigningKey, loadSigningKey } from '../keys.ts';
import { nodeVerifier } from '../note-keys.ts';
import { addCheckpoint } from './add-checkpoint.ts';
import { memoryBeside } from './memory.ts';
import { openWitnessState, type WitnessState } from './state.ts';

export interface WitnessOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Verifier keys of the logs to watch. */
  readonly logs: readonly string[];
  /** The witness's name in its key; made from the folder's own key unless told. */
  readonly name?: string;
  readonly clock: Clock;
  /** Told what whoever runs it should know; nothing of it is content. */
  readonly log?: (message: string) => void;
}

export interface RunningWitness {
  readonly url: string;
  /** What logs and verifiers are told: the witness's verifier key. */
  readonly vkey: string;
  close(): Promise<void>;
}

const maxBodyBytes = 64 * 1024;

/**
 * A witness: a process of its own, with its own key on its own disk, that cosigns a log's checkpoints as long as each
 * continues the one before. It never sees an entry.
 * @throws FairleadError `server.listener-insecure` off loopback, `server.listen-failed`, `store.locked`,
 * `ledger.key-invalid`, and those of `openWitnessState`.
 */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dataDir, host } = options;
  // Checkpoints are public, but whoever can write to a witness can make it lag: off loopback a proxy belongs in front.
  if (!isLoopback(host)) throw new FairleadError('server.listener-insecure');
  const logs = options.logs.map(nodeVerifier);
  createDataFolder(dataDir);
  const lock = acquireWriterLock(dataDir);
  let state: WitnessState | null = null;
  try {
    const opened = openOwn(options);
    state = opened.state;
    return await listen(options, opened, logs, () => {
      opened.state.close();
      lock.release();
    });
  } catch (error) {
    state?.close();
    lock.release();
    throw error;
  }
}

interface OwnParts {
  readonly state: WitnessState;
  readonly signer: NoteSigner;
  readonly vkey: string;
}

/** What a witness has: its memory and its key, which is made at the first start. */
function openOwn({ dataDir, clock, log, ...options }: WitnessOptions): OwnParts {
  const keysDir = defaultKeysDir(dataDir);
  const age = hasSigningKey({ keysDir }) ? 'used' : 'new';
  makeFolder(keysDir, 0o700);
  // Before the key is made, so that one without anything beside it is never one of ours that was only just made.
  const state = openWitnessState(join(dataDir, 'witness.db'), memoryBeside(keysDir), age, () =>
    log?.('witness.db was missing, or older than the key: what was cosigned is known from beside the key'),
  );
  try {
    const key = loadSigningKey({ keysDir }, true);
    const publicKey = publicKeyOf(key);
    const name =
      options.name ??
      `fairlead.witness/${Buffer.from(nodeHash.sha256(publicKey)).toString('hex').slice(0, 16)}`;
    const keyId = noteKeyId(nodeHash, name, cosignatureType, publicKey);
    const sign = (message: Uint8Array) => signEd25519(key, message);
    const signer = cosigner({ name, keyId }, sign, () => clock.now());
    return { state, signer, vkey: formatVerifierKey(nodeHash, name, publicKey, cosignatureType) };
  } catch (error) {
    state.close();
    throw error;
  }
}

async function listen(
  { host, port, log }: WitnessOptions,
  { state, signer, vkey }: OwnParts,
  logs: readonly NoteVerifier[],
  onClosed: () => void,
): Promise<RunningWitness> {
  const server = createServer((request, response) => {
    const add = (body: string) => addCheckpoint(state, logs, signer, body);
    void answer(request, response, add, (code) => log?.(`nothing was cosigned (${code})`));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) => failed(listenFailed(host, port, cause)));
    server.listen(port, host, done);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    vkey,
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      onClosed();
    },
  };
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): FairleadError {
  return new FairleadError('server.listen-failed', {
    message: `The witness cannot listen on ${host}:${port} (${cause.code}).`,
    fix: 'Choose another port with --listen, or end the process that has it.',
    cause,
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  add: (body: string) => ReturnType<typeof addCheckpoint>,
  onFailed: (code: string) => void,
): Promise<void> {
  const send = (status: number, contentType: string, body: string) => {
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
  const text = 'text/plain; charset=utf-8';
  try {
    if (!isAllowedHost(request.headers.host, [])) return send(421, text, 'Unknown host.\n');
    if (isBrowserRequest((name) => request.headers[name] as string | undefined)) {
      return send(400, text, 'Pages are not answered.\n');
    }
    if (request.url !== '/add-checkpoint') return send(404, text, 'There is only /add-checkpoint.\n');
    if (request.method !== 'POST') return send(405, text, 'Use POST.\n');
    const body = await readBody(request);
    if (body === null) return send(413, text, 'The request is too large.\n');
    const {
      status,
      contentType,
      body: answered,
    } = await add(body).catch((error: { code?: string }) => {
      onFailed(error.code ?? 'unknown');
      throw error;
    });
    return send(status, contentType, answered);
  } catch {
    // The request broke off, or the disk failed: nothing was cosigned.
    if (!response.headersSent) send(500, text, 'The checkpoint could not be cosigned.\n');
    else response.destroy();
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
