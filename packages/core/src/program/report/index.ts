import { renderGithub } from './github.ts';
import { renderJson, type Validation } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderSarif } from './sarif.ts';
import { renderText } from './text.ts';

export const validationFormats = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type ValidationFormat = (typeof validationFormats)[number];

/** Writes a validation in one of its formats. `directory` (as given by the caller) leads GitHub's paths. */
export function renderValidation(validation: Validation, format: ValidationFormat, directory = ''): string {
  switch (format) {
    case 'json':
      return renderJson(validation);
    case 'sarif':
      return renderSarif(validation);
    case 'junit':
      return renderJunit(validation);
    case 'github':
      return renderGithub(validation, directory);
    default:
      return renderText(validation);
  }
}
