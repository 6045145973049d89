import type { FastifyRequest } from 'fastify';
import { backgroundHeader } from '../console/api.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { AuditReading } from './access-log.ts';
import type { AuditDeps } from './service.ts';

/** Records that somebody reads. */
export function noteReading(
  { access }: Pick<AuditDeps, 'access'>,
  { headers, caller }: Pick<FastifyRequest, 'headers'> & { readonly caller: unknown },
  reading: AuditReading,
): void {
  access.note(caller as ControlCaller, { ...reading, background: headers[backgroundHeader] !== undefined });
}
