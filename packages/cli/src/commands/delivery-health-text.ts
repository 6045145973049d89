/* How complete delivery facts are, as people read it. */
import type { OutputOf } from '@fairlead/core/outputs';
import { indented, textTable } from '../text-table.ts';
import { connectLines } from './connect-sources.ts';

type Health = OutputOf<'delivery-health'>;

const heads = ['source', 'state', 'facts', 'repositories', 'coverage', 'newest'];

/** @param hasProgram whether a program said which repositories and people there are */
export function healthText(health: Health, hasProgram: boolean): string {
  const { asOf, sources, people } = health;
  const who = hasProgram
    ? `, ${people.unmapped} of them with a login that is no member’s in teams.yaml`
    : '; give --program to hold them and the repositories against it';
  return `${[
    `Delivery facts, ${asOf}`,
    ...indented(textTable([heads, ...sources.map(sourceCells)], 2)),
    '',
    ...unconnectedLines(health),
    ...(hasProgram ? repositoryLines(health) : []),
    `People: ${people.known}, by pseudonym${who}.`,
    ...linkLines(health),
    ...(health.ahead.count === 0 ? [] : [aheadText(health.ahead).trimEnd()]),
    ...restatingLines(health),
  ].join('\n')}\n`;
}

function restatingLines({ restating }: Health): readonly string[] {
  const { lateFacts, waiting, nextRestatement } = restating;
  if (lateFacts === 'at_once') return [];
  const word = waiting === 1 ? 'change waits' : 'changes wait';
  return [
    `Figures count what comes late monthly: ${waiting} ${word} until ${nextRestatement?.slice(0, 10)}.`,
  ];
}

function unconnectedLines({ sources }: Health): readonly string[] {
  const lines = connectLines(sources.flatMap(({ source, connected }) => (connected ? [] : source)));
  return lines.length === 0 ? [] : ['To connect a source:', ...indented(lines), ''];
}

function sourceCells({
  source,
  connected,
  facts,
  repositories,
  coverage,
  newest,
}: Health['sources'][number]): readonly string[] {
  const share = coverage === null ? '' : `${Math.round(coverage * 100)} %`;
  const state = connected ? 'connected' : 'not connected';
  return [source, state, String(facts ?? ''), String(repositories ?? ''), share, newest ?? ''];
}

function repositoryLines({ repositories }: Health): readonly string[] {
  const { listed, withFacts, without, unlisted } = repositories;
  return [
    `Repositories: ${withFacts} of ${listed} in the program have changes.`,
    ...listLines('Without any change:', without),
    ...listLines('With changes, but not in the program:', unlisted),
  ];
}

function listLines(head: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [head, ...indented(names)];
}

/** What is said of facts that are dated ahead, on lines of their own. */
export function aheadText({ count, facts }: Health['ahead']): string {
  const what = count === 1 ? '1 fact is' : `${count} facts are`;
  const more = count > facts.length ? [`  and ${count - facts.length} more`] : [];
  const rows = facts.map(({ type, name, at }) => [at, type === 'change' ? name : `${type} ${name}`]);
  const head = `${what} dated more than a day ahead, and in no figure until then:`;
  return `${[head, ...indented(textTable(rows)), ...more].join('\n')}\n`;
}

function linkLines({ unknownLinks: { count, links } }: Health): readonly string[] {
  if (count === 0) return ['Incidents name no change or deployment that is not known.'];
  const rows = links.map(({ incident, rel, kind, name }) => [
    incident,
    rel.replace('_', ' '),
    kind === 'change' ? name : `deployment ${name}`,
  ]);
  const more = count > links.length ? [`  and ${count - links.length} more`] : [];
  return ['Named by incidents, but not known:', ...indented(textTable(rows)), ...more];
}
