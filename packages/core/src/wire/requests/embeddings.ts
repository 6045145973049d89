import { fields, type Region } from '../region.ts';
import { metadata, type RequestShape } from './shape.ts';

const root: Region = {
  fields: fields({ input: { kind: 'message', role: 'user' }, user: metadata, metadata }),
};

/** OpenAI's `/v1/embeddings`. Token ids in place of text are named as not inspected by the view. */
export const embeddingsShape: RequestShape = {
  root,
  declare() {},
  maxTokens: () => null,
  firstUserText: () => null,
  bodySession: () => null,
};
