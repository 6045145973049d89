/*
 * Entries as events of the Open Cybersecurity Schema Framework 1.8.0: class API Activity (6003) with the profiles
 * `ai_operation` and `security_control`. The whole entry stands under `unmapped`, so that nothing is lost on the way.
 */
import type { AdminEntry, ConfigEntry, DecisionEntry, Entry, OutcomeEntry } from '@fairlead/core/ledger';
import type { StoredEntry } from '../ledger/reading/api.ts';

export interface OcsfInput {
  /** Name of the log. */
  readonly log: string;
  /** Of Fairlead. */
  readonly version: string;
  readonly stored: Pick<StoredEntry, 'index' | 'id' | 'op' | 'kind' | 'ts'>;
  /** Hex. */
  readonly leaf: string;
  /** Null for bytes that are no JSON. */
  readonly entry: Entry | null;
}

type Fields = { readonly [name: string]: unknown };

const classUid = 6003;
const activity = { update: 3, other: 99 };
const severity = { informational: 1, low: 2, medium: 3, high: 4 };
const status = { unknown: 0, success: 1, failure: 2 };

/** One entry as an event. */
export function ocsfOf({ log, version, stored, leaf, entry }: OcsfInput): Fields {
  const change = entry?.kind === 'admin' || entry?.kind === 'config';
  const activityId = change ? activity.update : activity.other;
  return {
    activity_id: activityId,
    activity_name: change ? 'Update' : stored.kind,
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: classUid,
    class_name: 'API Activity',
    type_uid: classUid * 100 + activityId,
    time: stored.ts,
    metadata: {
      version: '1.8.0',
      uid: stored.id,
      sequence: stored.index,
      ...(stored.op !== null && { correlation_uid: stored.op }),
      log_name: log,
      log_provider: 'Fairlead',
      event_code: change ? `${stored.kind}.${entry.what}` : stored.kind,
      product: { name: 'Fairlead', vendor_name: 'Fairlead', version },
      profiles: ['ai_operation', 'security_control'],
      ...(entry?.kind === 'decision' && entry.dataClasses.length > 0 && { labels: [...entry.dataClasses] }),
    },
    ...(entry === null ? unreadable : fieldsOf(entry)),
    unmapped: { leaf, entry },
  };
}

const here = { name: 'fairlead' };

/** What the class asks of every event. */
const unreadable: Fields = {
  severity_id: severity.high,
  status_id: status.unknown,
  actor: { app_name: 'fairlead' },
  api: { operation: 'unreadable' },
  src_endpoint: here,
};

function fieldsOf(entry: Entry): Fields {
  switch (entry.kind) {
    case 'decision':
      return decisionFields(entry);
    case 'outcome':
      return outcomeFields(entry);
    case 'admin':
    case 'config':
      return changeFields(entry);
    default:
      return {
        ...ownFields(entry, entry.kind === 'repeat' ? entry.of : entry.op),
        severity_id: severity.low,
        status_id: entry.kind === 'repeat' ? status.failure : status.unknown,
        ...(entry.kind === 'repeat' && { action_id: 2, disposition_id: 2 }),
      };
  }
}

/** An entry that names no actor: joined to its decision by the operation. */
function ownFields(entry: Entry, op: string | null): Fields {
  return {
    actor: { app_name: 'fairlead', app_uid: entry.instance.id },
    api: { operation: entry.kind, ...(op !== null && { request: { uid: op } }) },
    src_endpoint: { ...here, instance_uid: entry.instance.id },
  };
}

const userTypes = { human: 1, service: 4, agent: 99 };

function decisionFields(entry: DecisionEntry): Fields {
  const { actor, assistant, vendor, model, session, decision, policyIds, endpoint, repository } = entry;
  const denied = decision === 'deny';
  return {
    severity_id: severityOf(entry),
    status_id: denied ? status.failure : status.success,
    ...(policyIds.length > 0 && { status_detail: policyIds.join(', ') }),
    actor: {
      user: { uid: actor.pseudonym, type_id: userTypes[actor.kind], credential_uid: entry.keyId },
      app_name: assistant.name,
      ...(session !== null && { session: { uid: session } }),
    },
    api: {
      operation: endpoint,
      request: { uid: entry.id },
      ...(vendor !== null && { service: { name: vendor } }),
    },
    src_endpoint: { name: assistant.name, svc_name: entry.point, instance_uid: entry.instance.id },
    ...(vendor !== null && { dst_endpoint: { svc_name: vendor } }),
    ...(repository !== null && { resources: [{ name: repository, type: 'repository' }] }),
    action_id: denied ? 2 : decision === 'redact' ? 4 : 1,
    disposition_id: denied ? 2 : decision === 'redact' ? 7 : 1,
    authorizations: policyIds.map((uid) => ({ decision: denied ? 'denied' : 'allowed', policy: { uid } })),
    ...(model !== null && { ai_model: { name: model, ai_provider: vendor ?? 'unknown' } }),
    message_context: {
      application: {
        name: assistant.name,
        ...(assistant.version !== null && { version: assistant.version }),
      },
      ai_role_id: 1,
      ...(session !== null && { uid: session }),
    },
  };
}

function severityOf({ decision, findings }: DecisionEntry): number {
  if (decision !== 'deny') return severity.informational;
  return findings.length > 0 ? severity.medium : severity.low;
}

function outcomeFields(entry: OutcomeEntry): Fields {
  const { outcome, usage, latencyMs, responseBytes } = entry;
  const code = entry.status;
  const done = outcome === 'completed';
  const own = ownFields(entry, entry.op);
  return {
    ...own,
    api: {
      ...(own.api as Fields),
      response: { ...(code !== null && { code }), ...(!done && { error: outcome }) },
    },
    severity_id: done ? severity.informational : severity.low,
    status_id: done ? status.success : status.failure,
    status_detail: outcome,
    duration: Math.round(latencyMs),
    ...(code !== null && { http_response: { code, length: responseBytes } }),
    message_context: {
      service: { name: 'fairlead' },
      ai_role_id: 2,
      ...(usage !== null && {
        prompt_tokens: usage.inputTokens,
        completion_tokens: usage.outputTokens,
        total_tokens: usage.inputTokens + usage.outputTokens,
      }),
    },
  };
}

/** Acts that somebody watching should not miss. */
const alarming = /^(?:ledger\.|stream\.gap|key\.pause|incident)/;

function changeFields(entry: AdminEntry | ConfigEntry): Fields {
  const { by } = entry.details;
  const own = ownFields(entry, null);
  return {
    ...own,
    ...(typeof by === 'string' && { actor: { user: { uid: by, type_id: 0 }, app_name: 'fairlead' } }),
    api: { operation: entry.what },
    severity_id: alarming.test(entry.what) ? severity.high : severity.informational,
    status_id: status.success,
  };
}
