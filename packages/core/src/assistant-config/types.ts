/** A file of a project that assistants read by themselves, as `fairlead run` found it. */
export interface ProjectFile {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  /** Null when it can't be read as text: no plain file, too large, or not UTF-8. */
  readonly text: string | null;
}

/** An MCP server that the program approves (mcp.yaml, `sanctioned: true`). */
export interface ApprovedServer {
  readonly id: string;
  /** Where it must be reached; null: mcp.yaml says nothing of it. */
  readonly url: string | null;
  /** How it must be started, program and arguments; null: mcp.yaml says nothing of it. */
  readonly command: readonly string[] | null;
}

/** Something in a project's assistant config that takes decisions away from its user. */
export interface ConfigFinding {
  readonly kind: 'base-url' | 'credential' | 'program' | 'hook' | 'mcp' | 'plugin' | 'unreadable';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What it does, naming the setting and never its value. */
  readonly what: string;
  readonly fix: string;
}

/** A setting on its way to a finding: where it stands, and what it is. */
export interface Setting {
  readonly file: string;
  readonly line: number;
  /** Path of keys from the top, as read. */
  readonly keys: readonly string[];
  /** Plain value. */
  readonly value: unknown;
}
