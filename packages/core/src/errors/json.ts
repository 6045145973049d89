/** Errors of the json area: the strict reader, and the shape a request body must have. */
export const jsonErrors = {
  'json.syntax': {
    status: 400,
    safeMessage: 'The body is not valid JSON (RFC 8259).',
    fix: 'Send one JSON value; comments, trailing commas, single quotes and raw control characters are not JSON.',
  },
  'json.not-utf8': {
    status: 400,
    safeMessage: 'The body is not valid UTF-8.',
    fix: 'Encode the body as UTF-8.',
  },
  'json.bom': {
    status: 400,
    safeMessage: 'The body starts with a byte order mark.',
    fix: 'Send UTF-8 without a byte order mark.',
  },
  'json.duplicate-key': {
    status: 400,
    safeMessage:
      'An object of the body holds the same key twice, so two readers could see different requests.',
    fix: 'Send each key once.',
  },
  'json.lone-surrogate': {
    status: 400,
    safeMessage: 'A string of the body escapes half of a surrogate pair, which is not a character.',
    fix: 'Escape both halves, or send the character as UTF-8.',
  },
  'json.number': {
    status: 400,
    safeMessage: 'A number of the body is too large to be read.',
    fix: 'Send numbers within the range of a double (about 1.8e308).',
  },
  'json.too-deep': {
    status: 400,
    safeMessage: 'The body nests deeper than Fairlead reads.',
    fix: 'Send at most 128 levels of arrays and objects.',
  },
  'json.too-many-values': {
    status: 400,
    safeMessage: 'The body holds more values than Fairlead reads.',
    fix: 'Send fewer values in one request.',
  },
  'json.trailing-data': {
    status: 400,
    safeMessage: 'Something follows the JSON value of the body.',
    fix: 'Send exactly one JSON value.',
  },
  'json.shape': {
    status: 400,
    safeMessage: 'The body does not have the shape of a request to this endpoint.',
    fix: 'Send a JSON object with a string `model`, as the API of the vendor describes it.',
  },
} as const;
