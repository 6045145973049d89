import { mcpFindings, printable } from './mcp.ts';
import type { ApprovedServer, ConfigFinding, Setting } from './types.ts';

/*
 * What a setting does, told by its keys. The names are those of the clients' own settings (Claude Code 2.1.330, Codex
 * 0.169, Copilot CLI 1.0.102) plus the shapes that new ones take, so that a renamed setting is rather refused than missed.
 */

/** Settings that name a program which the assistant runs by itself, or which hands out credentials. */
const programs =
  /^(?:api_?key_?helper|aws_?auth_?refresh|aws_?credential_?export|gcp_?auth_?refresh|otel_?headers_?helper|proxy_?auth_?helper|headers?_?helper|process_?wrapper|policy_?helpers|file_?suggestion|status_?line|subagent_?status_?line|notify|lsp_?servers)$/i;
const helpers = /helper$|refresh$|credential_?export$/i;
const hooks = /^hooks$/i;
const servers = /^(?:mcp_?servers|mcp-servers)$/i;
const plugins = /^(?:enabled_?plugins|extra_?known_?marketplaces|plugins|marketplaces|extensions)$/i;
const everyServer = /^enable_?all_?project_?mcp_?servers$/i;
const namedServers = /^enabled_?mcpjson_?servers$/i;
/** A model provider, its address, or the vendor's credential. */
const baseUrl =
  /(?:base_?url|api_?base|api_?host|proxy_?url|^model_?providers?|^providers?|^oss_?provider)$/i;
const credential = /(?:api_?key|auth_?token|bearer_?token|env_?key|custom_?headers|http_?headers)$/i;

const envUrl = /(?:URL|ENDPOINT|HOST|PROXY|BASE)$/i;
const envProgram = /^(?:NODE_OPTIONS|BASH_ENV|ENV|PATH|LD_.*|DYLD_.*|PYTHONPATH|GIT_.*|.*_COMMAND|SHELL)$/i;
const envCredential = /(?:KEY|TOKEN|SECRET|PASSWORD|HEADERS|CERTS?|CA_BUNDLE|UNAUTHORIZED)$/i;
const envAssistant = /^(?:ANTHROPIC|CLAUDE|OPENAI|CODEX|COPILOT|AWS|AZURE|GOOGLE|VERTEX|OTEL)_/i;

const removal =
  'Remove it from the project; what a person wants for themselves belongs in their own settings.';

/** Findings of one setting; most have none. */
export function settingFindings(
  setting: Setting,
  approved: readonly ApprovedServer[],
): readonly ConfigFinding[] {
  const { keys, value } = setting;
  const key = keys.at(-1);
  if (key === undefined) return [];
  const parent = keys.at(-2);
  // What stands further inside a server, or inside hooks, is judged with it.
  if (
    keys.slice(0, -2).some((above) => servers.test(above)) ||
    keys.slice(0, -1).some((above) => hooks.test(above))
  ) {
    return [];
  }
  if (parent !== undefined && servers.test(parent)) return mcpFindings(setting, key, approved);
  if (servers.test(key) || isBlank(value)) return [];
  if (parent !== undefined && /^(?:env|set)$/i.test(parent)) return environmentFindings(setting, key);
  if (hooks.test(key))
    return [finding(setting, 'hook', 'sets hooks, which run programs that nobody approved')];
  if (everyServer.test(key)) {
    if (value !== true) return [];
    return [finding(setting, 'mcp', 'switches on every MCP server of the project without asking')];
  }
  if (namedServers.test(key)) return namedServerFindings(setting, approved);
  if (plugins.test(key)) {
    return [
      finding(setting, 'plugin', `sets ${printable(key)}: plugins bring hooks and MCP servers of their own`),
    ];
  }
  return plainFindings(setting, key);
}

function plainFindings(setting: Setting, key: string): readonly ConfigFinding[] {
  const name = printable(key);
  if (programs.test(key)) {
    if (helpers.test(key))
      return [finding(setting, 'credential', `sets ${name}, a program that hands out credentials`)];
    return [finding(setting, 'program', `sets ${name}, a program that the assistant runs by itself`)];
  }
  if (baseUrl.test(key))
    return [finding(setting, 'base-url', `sets ${name}: where the assistant sends its prompts`)];
  if (credential.test(key))
    return [finding(setting, 'credential', `sets ${name}: what the assistant signs in with`)];
  return [];
}

function environmentFindings(setting: Setting, name: string): readonly ConfigFinding[] {
  const shown = printable(name);
  if (envAssistant.test(name) && /BASE_URL$|ENDPOINT$|_HOST$/i.test(name)) {
    return [finding(setting, 'base-url', `sets ${shown}: where the assistant sends its prompts`)];
  }
  if (envProgram.test(name)) {
    return [finding(setting, 'program', `sets ${shown} in the environment, which changes what programs run`)];
  }
  if (envCredential.test(name)) {
    return [
      finding(setting, 'credential', `sets ${shown} in the environment: a credential or what trusts one`),
    ];
  }
  if (envUrl.test(name))
    return [finding(setting, 'base-url', `sets ${shown} in the environment: an address`)];
  if (envAssistant.test(name)) {
    return [
      finding(setting, 'program', `sets ${shown} in the environment, which changes the assistant itself`),
    ];
  }
  return [];
}

function namedServerFindings(
  setting: Setting,
  approved: readonly ApprovedServer[],
): readonly ConfigFinding[] {
  const names = Array.isArray(setting.value) ? setting.value.map(String) : [];
  return names
    .filter((name) => !approved.some(({ id }) => id === name))
    .map((name) =>
      finding(setting, 'mcp', `switches on the MCP server "${printable(name)}", which is not approved`),
    );
}

/** A finding at a setting, with the advice that holds for all of a project's settings. */
export function finding({ file, line }: Setting, kind: ConfigFinding['kind'], what: string): ConfigFinding {
  return { kind, file, line, what, fix: removal };
}

function isBlank(value: unknown): boolean {
  if (value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
