import type { TaskFact } from '../tasks/index.ts';
import type { FieldUse } from './delivery-fields.ts';

type Fields<Fact> = { readonly [Field in keyof Required<Omit<Fact, 'type'>>]: FieldUse };
type FactOf<Type extends TaskFact['type']> = Extract<TaskFact, { type: Type }>;

const none = (purpose: string): FieldUse => ({ people: 'none', purpose });
const id = none('to tell it from others, and to take it once');
const repository = none('which change or task it is about');
const number = none('which change it is about');
const when = none('which change or task it is about, and in which week');

/** What is stored of assistants' work, field by field. */
export const taskFieldUses: { readonly [Type in TaskFact['type']]: Fields<FactOf<Type>> } = {
  session: {
    ...{ id, repository, from: when, until: when, firstWriteAt: none('when a task begins') },
    session: none('its calls in the ledger: what the task cost, what was denied'),
    branch: { people: 'as its author named it', purpose: 'which change a session was about' },
    assistant: none('which assistant it was'),
    principal: {
      people: 'pseudonym',
      purpose: 'who answers for a task; that figures are of five people or more',
    },
  },
  authorship: {
    ...{ id, repository, commit: none('which change it is about'), format: none('which standard says so') },
    sessions: none('that an assistant wrote lines; no figure is of lines'),
  },
  attestation: {
    id,
    repository,
    commit: none('which change it is about'),
    session: none('which session it attests'),
  },
  edits: {
    ...{ id, repository, number },
    matchedLines: none('whether an assistant made the change; no figure is of lines'),
    addedLines: none('whether an assistant made the change; no figure is of lines'),
  },
  coverage: {
    id,
    repository,
    from: when,
    to: when,
    share: none('whether “no assistant” may be said at all'),
  },
  gate: {
    ...{ id, repository, number, at: when },
    verdict: none('whether a task was a success'),
    overridden: none('whether a task was a success'),
  },
  escalation: {
    ...{ id, repository, number, at: when, cause: none('escalations by cause') },
    branch: { people: 'as its author named it', purpose: 'which task it is about' },
    deniedAt: none('how long work was blocked'),
    answeredAt: none('how long work was blocked'),
  },
  finding: { id, repository, number, at: when },
  governance_incident: { id, at: when, what: none('what kind it was'), team: none('figures by team') },
  seats: {
    ...{ id, vendor: none('costs by plan'), plan: none('costs by plan'), from: when, to: when },
    ...{ seats: none('costs'), active: none('how many were used: a count'), pricePerMonth: none('costs') },
  },
  active_count: {
    ...{ id, vendor: none('seats that nobody used'), day: when },
    ...{ active: none('a count of people'), activeInWeek: none('a count of people') },
  },
  connection: { id, source: none('what may be said at all'), since: when },
};
