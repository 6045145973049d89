import type { DecisionEntry, Entry, OutcomeEntry } from '@fairlead/core/ledger';

const adminTitles: { readonly [what: string]: string } = {
  'key.issued': 'A key was issued.',
  'key.revoked': 'A key was revoked.',
  'key.paused': 'A key was paused.',
  'key.resumed': 'A paused key may go on.',
  'token.issued': 'A control-plane token was issued.',
  'token.revoked': 'A control-plane token was revoked.',
  'sign-in.link-issued': 'A sign-in link was made.',
  'session.started': 'A person signed in to the console.',
  'session.ended': 'A session of the console was ended.',
  'pseudonym.resolved': 'A pseudonym was resolved to a person.',
  'access.refused': 'The control plane refused somebody what they may not do.',
  'audit.read': 'Somebody read the audit.',
  'audit.exported': 'Entries of the audit were exported.',
  'content.read': 'Somebody read the content of a call.',
  'content.erased': 'Kept content was erased.',
  'content.expired': 'Kept content whose time was over was deleted.',
  'content.not-kept': 'Content that was to be kept could not be.',
  'ledger.hold-added': 'A legal hold was placed.',
  'ledger.hold-removed': 'A legal hold was lifted.',
  'ledger.pruned': 'Old calls were pruned; their hashes stay.',
  'retention.applied': 'What was over by the program’s retention was deleted.',
  'stream.gap': 'A stream of entries has a gap.',
};

const configTitles: { readonly [what: string]: string } = {
  'baseline.sealed': 'A baseline was sealed.',
  'program.activated': 'A program came into force.',
  'program.joined': 'A replica started with the program in force.',
  'prices.activated': 'Prices and budgets came into force.',
  unsigned: 'The program in force is unsigned.',
  'ledger.started-anew': 'A new log was started; it names the one before.',
};

/** One sentence that says what an entry records. Names only what the entry itself holds. */
export function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'decision':
      return decisionTitle(entry);
    case 'outcome':
      return outcomeTitle(entry);
    case 'recovery':
      return 'What became of the call is unknown: the process ended before it was recorded.';
    case 'repeat':
      return `The same refused call came ${entry.count} more ${entry.count === 1 ? 'time' : 'times'}.`;
    case 'config':
      return configTitles[entry.what] ?? `The configuration changed: ${entry.what}.`;
    case 'admin':
      return adminTitles[entry.what] ?? `An administrative act: ${entry.what}.`;
    default:
      // A newer Fairlead may have written it; the entry itself is shown beside the sentence.
      return `An entry of the kind ${(entry as { kind: string }).kind}.`;
  }
}

function decisionTitle(entry: DecisionEntry): string {
  const to = entry.model === null ? '' : ` to ${entry.model}`;
  const where = entry.repository === null ? '' : ` for ${entry.repository}`;
  const call = `A call of ${entry.assistant.name}${to}${where}`;
  if (entry.decision === 'allow') return `${call} was allowed.`;
  if (entry.decision === 'redact') return `${call} was allowed after redaction.`;
  const [first = 'default.no-permit', ...others] = entry.policyIds;
  return `${call} was refused by ${first}${others.length > 0 ? ` and ${others.length} more` : ''}.`;
}

function outcomeTitle({ outcome, status, latencyMs }: OutcomeEntry): string {
  const after = ` after ${Math.round(latencyMs)} ms`;
  switch (outcome) {
    case 'completed':
      return `The call ended with status ${status ?? 'unknown'}${after}.`;
    case 'client-aborted':
      return `The client broke the call off${after}.`;
    case 'vendor-error':
      return `The vendor answered with an error${status === null ? '' : ` (${status})`}${after}.`;
    case 'vendor-unreachable':
      return `The vendor could not be reached${after}.`;
    default:
      return `The answer broke off${after}.`;
  }
}
