import { isFairleadError } from '@fairlead/core/errors';
import { destination as fileDestination, type Logger, pino } from 'pino';
import { scrub } from './scrub.ts';

export type Log = Logger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly level?: LogLevel;
  /** Receives whole lines; standard error when absent. */
  readonly destination?: { write(line: string): void };
}

/** Fields that carry content or credentials under their usual names. Nobody should log them; if so, they are cut. */
const forbidden = new Set(
  (
    'authorization proxy-authorization cookie set-cookie x-api-key api-key x-fairlead-key apikey key token secret ' +
    'password credential credentials body content contents prompt messages message_text text input output headers ' +
    'rawheaders args arguments'
  ).split(' '),
);

/**
 * Structured log lines (JSON) on standard error, never on standard output, which belongs to the ready line and to
 * command output. Whatever a caller passes, a finished line holds no field named like content or a credential and
 * nothing shaped like a credential; errors appear as code, message and place, never with their cause.
 */
export function createLog(options: LogOptions = {}): Log {
  const sink = options.destination ?? fileDestination({ fd: 2, sync: true });
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutForbidden(fields, 0) as Record<string, unknown>,
        bindings: (fields) => withoutForbidden(fields, 0) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => value },
    },
    { write: (line: string) => void sink.write(scrub(line)) },
  );
}

function withoutForbidden(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (typeof value === 'string') return value.length > 2_000 ? `${value.slice(0, 2_000)}…` : value;
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  // Bytes are always somebody's content.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[bytes]';
  if (depth > 4) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => withoutForbidden(item, depth + 1));
  const clean: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    clean[name] = forbidden.has(name.toLowerCase()) ? '[redacted]' : withoutForbidden(inner, depth + 1);
  }
  return clean;
}

function describeError(error: Error): Record<string, unknown> {
  if (isFairleadError(error)) {
    return { code: error.code, message: error.message, ...(error.place && { place: error.place }) };
  }
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    // A SyntaxError of JSON.parse quotes what it could not read.
    message: error instanceof SyntaxError ? '[withheld]' : error.message.slice(0, 300),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
  };
}
