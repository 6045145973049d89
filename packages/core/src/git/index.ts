/*
 * How git is asked about repositories that belong to somebody else. Their own config names programs (for what changes
 * on the disk, hooks, pagers, signatures, connections) and remotes; none of them is run, and none is asked.
 */

/** Come before git's command. */
export const safeGitOptions = [
  '--no-pager',
  '--no-optional-locks',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.quotePath=false',
    // Or a folder within a working copy could be taken for a repository, with a config of its own.
    'safe.bareRepository=explicit',
    'diff.external=',
    'log.showSignature=false',
  ].flatMap((setting) => ['-c', setting]),
] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** Of git's own variables only those that say where a person's config lies. */
const keptVariables = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/**
 * The environment that git is run in. git never asks anybody anything, and speaks English.
 * @param protocols by which it may fetch, such as `https`. None unless told: a repository may say that it is incomplete,
 *   and git would fetch what is missing from wherever, and by whatever program, its config says.
 */
export function gitEnvironment(variables: Variables, protocols: readonly string[] = []): Variables {
  const own = Object.entries(variables).filter(([name]) => !/^GIT_/i.test(name) || keptVariables.has(name));
  return {
    ...Object.fromEntries(own),
    // Goes before whatever a config allows; an empty list would not count as one.
    GIT_ALLOW_PROTOCOL: protocols.length === 0 ? 'none' : protocols.join(':'),
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
