import type { ObjectNode, StringNode } from '../json/index.ts';
import type { Facts } from './facts.ts';
import type { UnitKind } from './types.ts';

/** What a text is, by where it stands. */
export interface Place {
  readonly region: Region;
  readonly kind: UnitKind;
  readonly role: string | null;
}

/**
 * A string that holds something other than text by the vendor's definition of its field: a signature, a ciphertext,
 * an image. It is left out of the units only while its content keeps to that definition.
 */
export interface Opaque {
  /** Kind of place, for the record: `thinking.signature`. */
  readonly what: string;
  readonly why: string;
  /** Characters beyond which the field is taken for text. */
  readonly longest: number;
  /** False when the field's content is text under base64, so that it is only decoded, never left out. */
  readonly binary: boolean;
  /** True when only a `data:` URL is opaque: any other URL is text. */
  readonly dataUrl?: boolean;
}

/**
 * A part of a request body with rules of its own. The walk over a body is the same for all: it visits every key and
 * string and can't leave one out; regions only say what the texts are and which fields are opaque. A member that a
 * region doesn't name leads to `plain`, where nothing is opaque.
 */
export interface Region {
  /** Kind and role of every text from here on. */
  readonly kind?: UnitKind;
  readonly role?: string;
  /** Where members lead; elements of arrays stay in the region of their array. */
  readonly fields?: ReadonlyMap<string, Region>;
  /** Kind and role of an object's texts, by what the object says of itself. */
  readonly enter?: (object: ObjectNode, place: Place) => Pick<Place, 'kind' | 'role'>;
  /** Whether the string member `key` of an object here is opaque. */
  readonly opaque?: (key: string, text: StringNode, object: ObjectNode, place: Place) => Opaque | null;
  /** What an object here tells besides its texts. */
  readonly note?: (object: ObjectNode, facts: Facts) => void;
}

/** A region without rules: every string is text of its surroundings' kind. */
export const plain: Region = {};

/** Where the members of a region lead. */
export function fields(entries: Readonly<Record<string, Region>>): ReadonlyMap<string, Region> {
  return new Map(Object.entries(entries));
}
