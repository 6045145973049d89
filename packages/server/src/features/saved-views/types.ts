/** Filters of the audit's list, by the names of its query; all but the cursor. */
export type ViewFilter = { readonly [name: string]: string };

/** Filters under a name, for one caller or for everybody with a role. */
export interface SavedView {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly filter: ViewFilter;
  /** Who saved it, as entries name them: `person:PSEUDONYM`, `token:ID` or `operator`. */
  readonly owner: string;
  /** A role of the program whose holders see it too; null: nobody else. */
  readonly role: string | null;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}
