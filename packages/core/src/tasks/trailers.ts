/*
 * Assistants that sign commits. Only prompted, so their absence says nothing; their presence is a weak sign. What is kept
 * of a message is the assistant's id, never the name or address in the line.
 */

const coAuthor = /^co-authored-by:\s*(.{0,100}?)\s*<([^<>\s]{1,200})>\s*$/i;
const kept = /^Assistant-Trailer: ([a-z0-9-]{1,40})$/;

/** By address, since people are called Claude too. */
const signers: readonly (readonly [assistant: string, address: RegExp])[] = [
  ['claude-code', /^noreply@anthropic\.com$/i],
  ['copilot', /^(?:\d+\+)?copilot(?:\[bot\])?@users\.noreply\.github\.com$/i],
  ['copilot', /^(?:\d+\+)?copilot-swe-agent\[bot\]@users\.noreply\.github\.com$/i],
  ['codex', /^(?:noreply|codex)@openai\.com$/i],
  ['cursor', /^(?:cursoragent|agent)@cursor\.com$/i],
  ['aider', /^(?:noreply|aider)@aider\.chat$/i],
  ['gemini', /^(?:\d+\+)?gemini-code-assist\[bot\]@users\.noreply\.github\.com$/i],
  ['opencode', /^noreply@opencode\.ai$/i],
  ['devin', /^(?:\d+\+)?devin-ai-integration\[bot\]@users\.noreply\.github\.com$/i],
];

/** Ids of the assistants that trailers of a commit message name, each once; of a stored message as well. */
export function assistantTrailers(message: string): readonly string[] {
  const found = new Set<string>();
  for (const line of message.split('\n')) {
    const own = kept.exec(line)?.[1];
    if (own !== undefined) found.add(own);
    const address = coAuthor.exec(line.trim())?.[2];
    if (address === undefined) continue;
    const signer = signers.find(([, pattern]) => pattern.test(address));
    if (signer !== undefined) found.add(signer[0]);
  }
  return [...found];
}

/** The line that stands for a trailer where messages are kept. */
export function keptTrailer(assistant: string): string {
  return `Assistant-Trailer: ${assistant}`;
}

const prefixes: readonly (readonly [assistant: string, prefix: string])[] = [
  ['codex', 'codex/'],
  ['copilot', 'copilot/'],
  ['cursor', 'cursor/'],
  ['claude-code', 'claude/'],
  ['devin', 'devin/'],
];

/** The assistant whose branches begin like this one; null for none. */
export function assistantOfBranch(branch: string): string | null {
  return prefixes.find(([, prefix]) => branch.toLowerCase().startsWith(prefix))?.[0] ?? null;
}
