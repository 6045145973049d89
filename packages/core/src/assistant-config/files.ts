/** How a file of a project is read, told by its path inside the folder that an assistant starts in. */
export type FileKind = 'settings' | 'mcp' | 'hooks' | 'programs' | 'toml' | 'markdown' | 'code';

const places: readonly (readonly [RegExp, FileKind])[] = [
  [/^\.claude\/settings(?:\.[\w-]+)?\.json$/i, 'settings'],
  [/^\.copilot\/(?:config|settings)(?:\.[\w-]+)?\.json$/i, 'settings'],
  [/^\.github\/copilot\/[\w.-]+\.json$/i, 'settings'],
  [/^(?:\.vscode|\.cursor|\.github|\.copilot|\.claude)\/\.?mcp(?:-config)?\.json$/i, 'mcp'],
  [/^\.mcp\.json$/i, 'mcp'],
  [/^\.github\/hooks\/.+\.json$/i, 'hooks'],
  [/^\.codex\/hooks\.json$/i, 'hooks'],
  [/^(?:\.github|\.copilot)\/lsp(?:-config)?\.json$/i, 'programs'],
  [/^\.codex\/.+\.toml$/i, 'toml'],
  [/^\.claude\/(?:agents|commands|skills)\/.+\.md$/i, 'markdown'],
  [/^(?:\.github|\.agents)\/(?:agents|skills)\/.+\.md$/i, 'markdown'],
  [/^\.github\/extensions\/.+$/i, 'code'],
];

/**
 * Where to look, relative to a folder that an assistant starts in: files, folders whose own files count, and folders
 * (`deep`) whose every file counts. Working copies that assistants keep below `.claude` are none of it.
 */
export const configPlaces: readonly { readonly path: string; readonly deep: boolean }[] = [
  ...['.claude', '.codex', '.copilot', '.cursor', '.vscode', '.github', '.mcp.json'].map((path) => ({
    path,
    deep: false,
  })),
  ...[
    ...['.claude/agents', '.claude/commands', '.claude/skills', '.codex/agents'],
    ...['.github/copilot', '.github/hooks', '.github/extensions', '.github/agents', '.github/skills'],
    ...['.agents/agents', '.agents/skills'],
  ].map((path) => ({ path, deep: true })),
];

/** What kind of assistant config a path is, relative to the folder that holds it; null when it is none. */
export function fileKindOf(path: string): FileKind | null {
  return places.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
