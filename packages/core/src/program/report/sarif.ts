import type { ProgramFinding } from '../types.ts';
import type { Validation } from './json.ts';

/** SARIF 2.1.0, as code hosts take it. Places are relative to the program directory. */
export function renderSarif({ findings }: Validation): string {
  const codes = [...new Set(findings.map((item) => item.code))].sort();
  const rules = codes.map((code) => {
    const first = findings.find((item) => item.code === code);
    return { id: code, shortDescription: { text: code }, help: { text: first?.fix ?? code } };
  });
  const run = {
    tool: { driver: { name: 'fairlead', rules } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { PROGRAM: { description: { text: 'The program directory.' } } },
    results: findings.map((item) => result(item, codes.indexOf(item.code))),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(item: ProgramFinding, ruleIndex: number): object {
  return {
    ruleId: item.code,
    ruleIndex,
    level: item.severity,
    message: { text: `${item.message} ${item.fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: item.file.split('/').map(encodeURIComponent).join('/'),
            uriBaseId: 'PROGRAM',
          },
          region: { startLine: item.line, startColumn: item.column },
        },
      },
    ],
  };
}
