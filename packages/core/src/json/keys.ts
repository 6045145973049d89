// Most objects are small; comparing a handful of strings is cheaper than hashing them.
const LINEAR = 8;

/** The keys of one object while it is read. */
export class KeySet {
  #first: string[] = [];
  #rest: Set<string> | null = null;

  /** Adds `key`; false when it was there already. */
  add(key: string): boolean {
    const first = this.#first;
    for (let i = 0; i < first.length; i += 1) {
      if (first[i] === key) return false;
    }
    if (first.length < LINEAR) {
      first.push(key);
      return true;
    }
    this.#rest ??= new Set();
    // The prefix keeps digits-only keys from hashing to their own number, which a sender could aim at one bucket.
    const hashed = `k${key}`;
    if (this.#rest.has(hashed)) return false;
    this.#rest.add(hashed);
    return true;
  }
}
