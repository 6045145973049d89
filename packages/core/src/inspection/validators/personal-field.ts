import { isValuePlaceholder } from './placeholder.ts';

/** Values that stand beside a personal field's name in schemas, forms and tests, and name nobody. */
const SCHEMA =
  /^(?:string|text|varchar|number|date|required|optional|john|jane|doe|smith|john doe|jane doe|alice|bob|test|user|first|last|name|(?:your|enter|please|the|a) .*|.*(?:name|street|salary|birth|passport|diagnosis|type|field|label|input).*)$/i;

/** A person's name, birth date, street or the like: not a type, a label or a stand-in. */
export function isPersonalValue(value: string): boolean {
  return !SCHEMA.test(value) && !isValuePlaceholder(value) && /[\p{L}\d]{2}/u.test(value);
}
