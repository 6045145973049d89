export {
  type Actor,
  type AdminEntry,
  type ConfigEntry,
  type DecisionEntry,
  type Entry,
  type EntryEnvelope,
  type EntryKind,
  entryVersion,
  type OutcomeEntry,
  type RecoveryEntry,
  type RepeatEntry,
  type RepositoryEvidence,
} from './entry.ts';
