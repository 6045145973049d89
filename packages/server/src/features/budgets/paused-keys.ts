/** Which keys are paused, as far as this process knows. */
export interface PausedKeys {
  has(keyId: string): boolean;
  /** False when it was paused before. */
  pause(keyId: string): boolean;
  resume(keyId: string): void;
  /** Takes over what the database says. A pause of this process that isn't durable yet stays. */
  take(known: readonly string[]): void;
}

export function createPausedKeys(known: readonly string[]): PausedKeys {
  let durable = new Set(known);
  const pausing = new Set<string>();
  const has = (keyId: string) => durable.has(keyId) || pausing.has(keyId);
  return {
    has,
    pause(keyId) {
      if (has(keyId)) return false;
      pausing.add(keyId);
      return true;
    },
    resume(keyId) {
      durable.delete(keyId);
      pausing.delete(keyId);
    },
    take(keys) {
      durable = new Set(keys);
      for (const keyId of keys) pausing.delete(keyId);
    },
  };
}
