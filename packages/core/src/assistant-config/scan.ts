import { fileKindOf } from './files.ts';
import { jsonSettings } from './json-settings.ts';
import { finding, settingFindings } from './settings.ts';
import { tomlSettings } from './toml-settings.ts';
import type { ApprovedServer, ConfigFinding, ProjectFile, Setting } from './types.ts';

/**
 * What a project's own assistant config would take out of the hands of its user and of Fairlead: base URLs, credentials
 * and programs that hand them out, hooks, MCP servers that aren't approved, plugins. A file that can't be read is a
 * finding too, because nobody can say what an assistant would read in it. In order of files and lines.
 */
export function scanProjectConfig(
  files: readonly (ProjectFile & { readonly inFolder: string })[],
  approved: readonly ApprovedServer[],
): readonly ConfigFinding[] {
  return files
    .flatMap(({ path, text, inFolder }) => fileFindings({ path, text }, inFolder, approved))
    .filter((one, index, all) => all.findIndex((other) => isSame(one, other)) === index);
}

function isSame(one: ConfigFinding, other: ConfigFinding): boolean {
  return one.file === other.file && one.line === other.line && one.what === other.what;
}

function fileFindings(
  { path, text }: ProjectFile,
  inFolder: string,
  approved: readonly ApprovedServer[],
): readonly ConfigFinding[] {
  const kind = fileKindOf(inFolder);
  if (kind === null) return [];
  const whole: Setting = { file: path, line: 1, keys: [], value: null };
  if (kind === 'code') return [finding(whole, 'plugin', 'is code that the assistant loads by itself')];
  if (text === null) return [unreadable(path)];
  try {
    if (kind === 'markdown') return frontMatterFindings(path, text);
    const settings = kind === 'toml' ? tomlSettings(path, text) : jsonSettings(path, text);
    if (kind === 'hooks' && settings.length > 0) {
      return [finding({ ...whole, line: settings[0]?.line ?? 1 }, 'hook', 'sets hooks that nobody approved')];
    }
    if (kind === 'programs' && settings.length > 1) {
      return [
        finding(
          { ...whole, line: settings[1]?.line ?? 1 },
          'program',
          'names programs that the assistant starts',
        ),
      ];
    }
    const read = kind === 'mcp' ? settings.map(asServers) : settings;
    return read.flatMap((setting) => settingFindings(setting, approved));
  } catch {
    return [unreadable(path)];
  }
}

/** In a file of MCP servers alone the table may also be called `servers`. */
function asServers(setting: Setting): Setting {
  const [first, ...rest] = setting.keys;
  return first === 'servers' ? { ...setting, keys: ['mcpServers', ...rest] } : setting;
}

function frontMatterFindings(path: string, text: string): readonly ConfigFinding[] {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== '---') return [];
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === '---');
  return lines.slice(0, end === -1 ? lines.length : end).flatMap((line, index) => {
    const key = /^\s*["']?(hooks|mcp-?servers)["']?\s*:/i.exec(line)?.[1];
    if (key === undefined) return [];
    const at: Setting = { file: path, line: index + 1, keys: [], value: null };
    const kind = /^hooks$/i.test(key) ? ('hook' as const) : ('mcp' as const);
    return [finding(at, kind, `sets ${key} for whoever uses this file`)];
  });
}

function unreadable(file: string): ConfigFinding {
  return {
    kind: 'unreadable',
    file,
    line: 1,
    what: 'can’t be read the one way that every reader must read it',
    fix: 'Make it plain, valid text without keys that stand twice, or remove it.',
  };
}
