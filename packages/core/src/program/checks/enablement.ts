import { finding } from '../findings.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { references } from './refs.ts';

/** training/ and playbooks/: complete modules, enough questions, known assistants and data classes. */
export const checkEnablement: ProgramLook = ({ many, paths }, facts) => {
  const findings: ProgramFinding[] = [];
  const folder = (file: string) => file.slice(0, file.lastIndexOf('/'));
  const present = new Set(paths);
  for (const doc of many.module) {
    const { data, file } = doc;
    const place = folder(file);
    if (place !== `training/${data.id}`) {
      findings.push(
        finding('program.training', file, doc.at(['id']), `Module "${data.id}" stands in ${place}.`),
      );
    }
    if (!present.has(`${place}/lesson.md`)) {
      findings.push(finding('program.training', file, doc.at(['id']), `${place}/lesson.md is missing.`));
    }
    const quiz = many.quiz.find((other) => folder(other.file) === place);
    const questions = quiz?.data.questions.length ?? 0;
    if (questions < data.draw) {
      const message = `Draws ${data.draw} questions, and ${place}/quiz.yaml holds ${questions}.`;
      findings.push(finding('program.training', file, doc.at(['draw']), message));
    }
  }
  for (const doc of many.quiz) {
    const modules = many.module.filter((other) => folder(other.file) === folder(doc.file));
    if (modules.length === 0) {
      findings.push(
        finding('program.training', doc.file, doc.at([]), 'A quiz without a module.yaml beside it.'),
      );
    }
    const ids = doc.data.questions.map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      const at = doc.at(['questions', index, 'id']);
      findings.push(finding('program.duplicate-id', doc.file, at, `Question "${id}" stands twice.`));
    }
  }
  const playbooks = new Map<string, string>();
  for (const doc of many.playbook) {
    const { data, file } = doc;
    const before = playbooks.get(data.id);
    if (before !== undefined) {
      const message = `Playbook "${data.id}" already stands in ${before}.`;
      findings.push(finding('program.duplicate-id', file, doc.at(['id']), message));
    }
    playbooks.set(data.id, file);
    const { assistants, dataClasses } = facts;
    findings.push(
      ...references(doc, ['assistants'], 'assistant', data.assistants, assistants, 'assistants.yaml'),
    );
    const at = ['dataClasses'];
    findings.push(...references(doc, at, 'data class', data.dataClasses, dataClasses, 'data-handling.yaml'));
  }
  return findings;
};
