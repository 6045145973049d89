import type { PrivacyClass } from '@fairlead/core/privacy';
import type { ProgramStream } from '@fairlead/core/program';

/** What each format of a stream holds of people. */
export const streamPrivacy: { readonly [F in ProgramStream['format']]: PrivacyClass } = {
  jsonl: 'audit',
  ocsf: 'audit',
};
