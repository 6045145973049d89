import type { SavedView } from './types.ts';

export interface ViewStore {
  /** Those of an owner and those shared with one of the roles, by name. */
  seenBy(owner: string, roles: readonly string[]): Promise<readonly SavedView[]>;
  countOf(owner: string): Promise<number>;
  /** False when the owner has a view of this name. */
  insert(view: SavedView): Promise<boolean>;
  /** Only the owner's own; false when there is none. */
  remove(id: string, owner: string): Promise<boolean>;
  close(): Promise<void>;
}
