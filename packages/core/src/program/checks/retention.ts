import type { Doc, Documents } from '../documents.ts';
import { finding } from '../findings.ts';
import type { SingleData } from '../kinds.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';

type Fairlead = Doc<SingleData<'fairlead'>>;
type Times = NonNullable<SingleData<'fairlead'>['retention']>;

/** Times of `retention`, of data classes and of `content`: none may contradict another or count for nothing. */
export const checkRetention: ProgramLook = (documents): ProgramFinding[] => {
  const doc = documents.single.fairlead;
  if (doc === undefined) return [];
  const { retention, content } = doc.data;
  if (!retention?.enforce) return content === undefined ? [] : [missing(doc)];
  return [
    ...(retention.contentDays > retention.ledgerDays ? [outlives(doc, retention)] : []),
    ...ofRules(documents, doc, retention),
    ...ofClasses(documents, retention),
    ...ofCells(documents, retention),
  ];
};

function missing(doc: Fairlead): ProgramFinding {
  const message = 'Content is kept, and nothing says how long the entries that commit to it are.';
  return finding('program.retention-missing', doc.file, doc.at(['content'], 'key'), message);
}

function outlives(doc: Fairlead, { contentDays, ledgerDays }: Times): ProgramFinding {
  const message = `Content would be kept for ${contentDays} days and the entries that commit to it for ${ledgerDays}.`;
  return finding('program.retention', doc.file, doc.at(['retention', 'contentDays']), message);
}

/** Rules that keep what may not be kept, or for longer than it is. */
function ofRules({ single }: Documents, doc: Fairlead, retention: Times): ProgramFinding[] {
  const classes = single['data-handling']?.data.classes ?? {};
  return (doc.data.content?.keep ?? []).flatMap(({ days, dataClasses }, index) => {
    const at = doc.at(['content', 'keep', index, 'days']);
    const never = dataClasses.find((name) => classes[name]?.retention?.contentDays === 0);
    if (retention.contentDays === 0 || never !== undefined) {
      const why = never === undefined ? 'retention.contentDays' : `the contentDays of "${never}"`;
      const message = `This keeps content for ${days} days, and ${why} is 0: nothing is kept.`;
      return [finding('program.retention', doc.file, at, message)];
    }
    if (days <= retention.contentDays) return [];
    const message = `${days} days never count: retention.contentDays is ${retention.contentDays}.`;
    return [finding('program.retention-longer', doc.file, at, message)];
  });
}

function ofClasses({ single }: Documents, { ledgerDays, contentDays }: Times): ProgramFinding[] {
  const doc = single['data-handling'];
  if (doc === undefined) return [];
  return Object.entries(doc.data.classes).flatMap(([name, { retention }]) => {
    const at = (key: string) => doc.at(['classes', name, 'retention', key]);
    const findings: ProgramFinding[] = [];
    if (retention?.ledgerDays !== undefined && retention.ledgerDays < ledgerDays) {
      const message = `Entries about "${name}" cannot go after ${retention.ledgerDays} days: the log has one minimum index, and all entries stay for ${ledgerDays}.`;
      findings.push(finding('program.retention', doc.file, at('ledgerDays'), message));
    }
    if (retention?.contentDays !== undefined && retention.contentDays > contentDays) {
      const message = `${retention.contentDays} days never count: retention.contentDays is ${contentDays}.`;
      findings.push(finding('program.retention-longer', doc.file, at('contentDays'), message));
    }
    return findings;
  });
}

function ofCells({ single }: Documents, { contentDays }: Times): ProgramFinding[] {
  const doc = single['data-handling'];
  if (doc === undefined) return [];
  return Object.entries(doc.data.sharing).flatMap(([name, row]) =>
    Object.entries(row).flatMap(([vendor, cell]) => {
      if (typeof cell === 'string' || cell.retentionDays === undefined || cell.retentionDays <= contentDays)
        return [];
      const message = `${cell.retentionDays} days never count: retention.contentDays is ${contentDays}.`;
      const at = doc.at(['sharing', name, vendor, 'retentionDays']);
      return [finding('program.retention-longer', doc.file, at, message)];
    }),
  );
}
