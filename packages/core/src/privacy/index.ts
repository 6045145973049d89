export { deliveryFieldUses, type FieldUse } from './delivery-fields.ts';
export { taskFieldUses } from './task-fields.ts';

/*
 * Who sees which figure. Everything that leaves Fairlead (a route, a command's output, a stream, an export) is of one
 * class, and the class says what it may hold of people.
 */

export const privacyClasses = ['aggregate', 'subject', 'operational', 'audit', 'system'] as const;
export type PrivacyClass = (typeof privacyClasses)[number];

/** What a class promises, in words for documents. */
export const privacyWords: {
  readonly [C in PrivacyClass]: { readonly holds: string; readonly seenBy: string };
} = {
  aggregate: {
    holds:
      'figures of at least five people, none with more than half; no person, pseudonym, login or address in it',
    seenBy: 'who may see figures',
  },
  subject: { holds: 'what belongs to whoever asks', seenBy: 'the person (or device) themself' },
  operational: {
    holds:
      'single things that somebody works with: a change, a call by its title, a key, a device, a repository',
    seenBy: 'whoever runs them, or can read that repository; one at a time, never people in bulk',
  },
  audit: {
    holds: 'who did what, by pseudonym; a name only for a purpose, which becomes an entry first',
    seenBy: 'auditors; that they looked is an entry itself',
  },
  system: { holds: 'nothing about anybody’s work', seenBy: 'as each route says' },
};

export function isPrivacyClass(value: unknown): value is PrivacyClass {
  return privacyClasses.some((known) => known === value);
}
