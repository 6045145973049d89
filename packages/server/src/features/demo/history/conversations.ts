import {
  customerMention,
  type Language,
  languageOf,
  logLines,
  pathOf,
  prose,
  source,
  suspectLine,
  testRun,
  things,
} from './material.ts';
import type { Seeded } from './seeded.ts';
import type { Action, Turn } from './types.ts';

/** A piece of work: what the person asks for, and the steps the assistant takes. */
interface Work {
  readonly asks: readonly string[];
  readonly steps: readonly Action['act'][];
}

const work: readonly Work[] = [
  {
    asks: [
      'A test of the THINGs fails since this morning. Find out why and mend it.',
      'CI is red on main, something about THINGs.',
    ],
    steps: ['run', 'read', 'search', 'edit', 'run'],
  },
  {
    asks: ['How does the THING get from the queue into the database?', 'Explain this module to someone new.'],
    steps: ['search', 'read', 'read'],
  },
  {
    asks: ['Add a limit to the THING list, with a test.', 'The THINGs need a filter by state.'],
    steps: ['search', 'read', 'edit', 'edit', 'run'],
  },
  { asks: ['Review my change before I open the pull request.'], steps: ['run', 'read'] },
  {
    asks: ['Bring the date library to its next major version.', 'Replace the deprecated THING client.'],
    steps: ['run', 'search', 'edit', 'run', 'edit', 'run'],
  },
  {
    asks: ['Write characterisation tests for the THING code before we change it.'],
    steps: ['read', 'read', 'edit', 'run'],
  },
  { asks: ['This is what the service logged last night; what happened?\n\nLOG'], steps: ['search', 'read'] },
  {
    asks: ['Rename THING to what the ticket calls it, everywhere.'],
    steps: ['search', 'edit', 'edit', 'edit', 'run'],
  },
];

const furtherAsks = [
  'Good. Now the same for the other endpoint.',
  'That reads well. Make the error say which THING it was.',
  'Can it be simpler? I do not want a new class for this.',
  'Add the case where the list is empty.',
  'And update the page in docs.',
];

const questions = [
  'What is the difference between a THING that expired and one that was cancelled?',
  'Which of the two is easier to test, a queue per THING or one for all?',
  'Sketch how a THING could be priced twice, and how to rule it out.',
];

function worded(seeded: Seeded, ask: string): string {
  const said = ask
    .replaceAll('THING', seeded.pick(things))
    .replace('LOG', logLines(seeded, seeded.whole(15, 60)));
  // A few people name a customer, or paste more than they should: that is recorded, and warned of, but allowed.
  return seeded.chance(0.05) ? `${said}\n\n${customerMention(seeded)}` : said;
}

function actionOf(seeded: Seeded, act: Action['act'], language: Language): Action {
  if (act === 'run')
    return {
      act,
      command: seeded.pick(['npm test', 'make check', 'git diff main', 'git log --oneline -20']),
    };
  if (act === 'read') return { act, path: pathOf(seeded, language) };
  if (act === 'search') return { act, pattern: `${seeded.pick(things)}s?\\(` };
  const before = source(seeded, language, 1);
  return {
    act,
    path: pathOf(seeded, language),
    before,
    after: `${before}\n${source(seeded, language, seeded.whole(1, 3))}`,
  };
}

function resultOf(seeded: Seeded, { act }: Action, language: Language, last: boolean): string {
  if (act === 'run') return testRun(seeded, last ? 0 : seeded.whole(0, 2));
  if (act === 'edit') return 'The file has been updated.';
  if (act === 'search') return logLines(seeded, seeded.whole(4, 24)).replaceAll('INFO', 'src:');
  const text = source(seeded, language, seeded.whole(3, 18));
  return seeded.chance(0.04) ? `${text}\ntest:\n${suspectLine(seeded)}\n` : text;
}

function answer(seeded: Seeded, least: number, most: number): Turn {
  return { who: 'assistant', text: prose(seeded, seeded.whole(least, most)) };
}

/** A conversation with tools: a request, steps with their results, an answer; then up to `more` further requests. */
export function toolConversation(seeded: Seeded, repository: string, more: number): Turn[] {
  const language = languageOf(repository);
  const { asks, steps } = seeded.pick(work);
  const turns: Turn[] = [{ who: 'person', text: worded(seeded, seeded.pick(asks)) }];
  const take = (acts: readonly Action['act'][]) => {
    for (const [at, act] of acts.entries()) {
      const action = actionOf(seeded, act, language);
      turns.push({ who: 'assistant', action });
      turns.push({ who: 'tool', text: resultOf(seeded, action, language, at === acts.length - 1) });
    }
    turns.push(answer(seeded, 300, 2200));
  };
  take(steps);
  for (let at = 0; at < more; at += 1) {
    turns.push({ who: 'person', text: worded(seeded, seeded.pick(furtherAsks)) });
    take(seeded.pick([['edit', 'run'], ['read', 'edit', 'run'], ['edit']]));
  }
  return turns;
}

/** Questions and answers, without tools. */
export function chat(seeded: Seeded, rounds: number): Turn[] {
  return Array.from({ length: rounds }, (): Turn[] => [
    { who: 'person', text: worded(seeded, seeded.pick(questions)) },
    answer(seeded, 600, 3200),
  ]).flat();
}

/** The same conversation up to a tool's result that is replaced by `text`; what came after it never happened. */
export function endingWith(turns: readonly Turn[], text: string): Turn[] {
  const at = turns.findIndex(({ who }) => who === 'tool');
  return [...turns.slice(0, at === -1 ? turns.length : at), { who: at === -1 ? 'person' : 'tool', text }];
}
