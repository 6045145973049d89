import { Help, type HelpConfiguration, Option } from 'commander';

/** Help that shows a default only where it says something: none, an empty list or text and "no" do not. */
export const help: HelpConfiguration = {
  optionDescription(option) {
    const { defaultValue, defaultValueDescription } = option;
    if (defaultValueDescription !== undefined || saysSomething(defaultValue))
      return new Help().optionDescription(option);
    const shown = Object.assign(new Option(option.flags), option, { defaultValue: undefined });
    return new Help().optionDescription(shown);
  },
};

function saysSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return value !== '' && value !== false;
}
