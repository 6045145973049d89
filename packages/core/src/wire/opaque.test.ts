import { describe, expect, it } from 'vitest';
import { readStrictJson } from '../json/index.ts';
import { encodeUtf8, toBase64 } from '../text/index.ts';
import { type Endpoint, viewRequest } from './index.ts';
import { coverage } from './testing/strings.ts';

// Bytes as of a ciphertext or an image: no text under the base64.
const sealed = toBase64(Uint8Array.from({ length: 90 }, (_, i) => (i * 37 + 128) % 256));
const hidden = toBase64(encodeUtf8('this is plain text that somebody put into a field for images'));

function look(endpoint: Endpoint, body: object) {
  const document = readStrictJson(encodeUtf8(JSON.stringify({ model: 'm', ...body })));
  const view = viewRequest(endpoint, document);
  const { missing } = coverage(view, document.root);
  return {
    left: missing.map(({ text }) => text),
    what: view.skipped.map(({ what }) => what),
    units: view.units,
  };
}

const block = (content: object, role = 'assistant') => ({ messages: [{ role, content: [content] }] });
const item = (content: object) => ({ input: [content] });
const part = (content: object) => ({ messages: [{ role: 'user', content: [content] }] });
const url = `data:image/png;base64,${sealed}`;

describe('opaque fields in their place', () => {
  it.each<[Endpoint, string, object]>([
    ['messages', 'thinking.signature', block({ type: 'thinking', thinking: 'hm', signature: sealed })],
    ['messages', 'redacted_thinking.data', block({ type: 'redacted_thinking', data: sealed })],
    [
      'messages',
      'web_search_result.encrypted_content',
      block({
        type: 'web_search_tool_result',
        content: [{ type: 'web_search_result', encrypted_content: sealed }],
      }),
    ],
    [
      'messages',
      'web_search_result_location.encrypted_index',
      block({
        type: 'text',
        text: 'x',
        citations: [{ type: 'web_search_result_location', encrypted_index: sealed }],
      }),
    ],
    [
      'messages',
      'encrypted_code_execution_result.encrypted_stdout',
      block({
        type: 'code_execution_tool_result',
        content: { type: 'encrypted_code_execution_result', encrypted_stdout: sealed },
      }),
    ],
    [
      'messages',
      'image',
      block({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: sealed } }, 'user'),
    ],
    [
      'count-tokens',
      'document',
      block(
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: sealed } },
        'user',
      ),
    ],
    [
      'messages',
      'image',
      block({
        type: 'tool_result',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: sealed } }],
      }),
    ],
    [
      'responses',
      'reasoning.encrypted_content',
      item({ type: 'reasoning', summary: [], encrypted_content: sealed }),
    ],
    ['responses', 'compaction.encrypted_content', item({ type: 'compaction', encrypted_content: sealed })],
    ['responses', 'image', item({ type: 'image_generation_call', result: sealed })],
    ['responses', 'image', item({ role: 'user', content: [{ type: 'input_image', image_url: url }] })],
    [
      'responses',
      'image',
      item({ type: 'computer_call_output', output: { type: 'computer_screenshot', image_url: url } }),
    ],
    [
      'responses',
      'image',
      item({ type: 'function_call_output', output: [{ type: 'input_image', image_url: url }] }),
    ],
    [
      'responses',
      'file',
      item({
        role: 'user',
        content: [{ type: 'input_file', file_data: `data:application/pdf;base64,${sealed}` }],
      }),
    ],
    ['chat-completions', 'image', part({ type: 'image_url', image_url: { url } })],
    [
      'chat-completions',
      'audio',
      part({ type: 'input_audio', input_audio: { data: sealed, format: 'wav' } }),
    ],
    ['chat-completions', 'file', part({ type: 'file', file: { filename: 'a.pdf', file_data: sealed } })],
  ])('%s: %s is left out and named', (endpoint, what, body) => {
    const found = look(endpoint, body);
    expect(found.what).toEqual([what]);
    expect(found.left).toHaveLength(1);
    expect(found.left[0]).toContain(sealed);
  });
});

describe('the same fields anywhere else are text', () => {
  it.each<[string, Endpoint, object]>([
    ['a signature of the user', 'messages', block({ type: 'thinking', signature: sealed }, 'user')],
    ['a signature in a text block', 'messages', block({ type: 'text', text: 'x', signature: sealed })],
    [
      'a signature in tool input',
      'messages',
      block({ type: 'tool_use', input: { type: 'thinking', signature: sealed } }),
    ],
    ['a thinking block in system', 'messages', { system: [{ type: 'thinking', signature: sealed }] }],
    ['a thinking block in metadata', 'messages', { metadata: { type: 'thinking', signature: sealed } }],
    [
      'a signature on a message',
      'messages',
      { messages: [{ role: 'assistant', type: 'thinking', signature: sealed }] },
    ],
    ['data outside a source', 'messages', block({ type: 'image', data: sealed })],
    ['a text source', 'messages', block({ type: 'document', source: { type: 'text', data: sealed } })],
    [
      'an image in tool input',
      'messages',
      block({ type: 'tool_use', input: { source: { type: 'base64', data: sealed } } }),
    ],
    [
      'encrypted content of a message',
      'responses',
      item({ type: 'message', role: 'user', encrypted_content: sealed }),
    ],
    [
      'encrypted content in content',
      'responses',
      item({ content: [{ type: 'reasoning', encrypted_content: sealed }] }),
    ],
    ['encrypted content at the top', 'responses', { type: 'reasoning', encrypted_content: sealed }],
    [
      'a reasoning item in chat',
      'chat-completions',
      { input: [{ type: 'reasoning', encrypted_content: sealed }] },
    ],
    ['a result of a function', 'responses', item({ type: 'function_call_output', result: sealed })],
    [
      'an image URL in arguments',
      'responses',
      item({ type: 'function_call', arguments: { image_url: url } }),
    ],
    [
      'an image URL that is none',
      'chat-completions',
      part({ type: 'image_url', image_url: { url: sealed } }),
    ],
    ['an image URL in a tool', 'chat-completions', { tools: [{ type: 'function', image_url: { url } }] }],
    ['an SVG image', 'chat-completions', part({ image_url: { url: `data:image/svg+xml;base64,${sealed}` } })],
    ['a text file', 'chat-completions', part({ file: { file_data: `data:text/plain;base64,${sealed}` } })],
    [
      'a data URL with parameters',
      'chat-completions',
      part({ image_url: { url: `data:image/png;x=secret;base64,${sealed}` } }),
    ],
    [
      'a data URL without base64',
      'chat-completions',
      part({ image_url: { url: `data:image/png,${sealed}` } }),
    ],
    [
      'a signature that is no base64',
      'messages',
      block({ type: 'thinking', signature: `${sealed} and words` }),
    ],
    ['a short signature', 'messages', block({ type: 'thinking', signature: 'AKIAIOSFODNN7EXAMPLE' })],
    [
      'a signature beyond its size',
      'messages',
      block({ type: 'thinking', signature: 'A7+/'.repeat(600_000) }),
    ],
  ])('%s', (_, endpoint, body) => {
    const found = look(endpoint, body);
    expect(found.left).toEqual([]);
    expect(found.what).toEqual([]);
  });

  it.each<[string, Endpoint, object]>([
    [
      'an image',
      'messages',
      block({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: hidden } }),
    ],
    [
      'a document',
      'messages',
      block({ type: 'document', source: { type: 'base64', media_type: 'text/csv', data: hidden } }),
    ],
    ['a signature', 'messages', block({ type: 'thinking', signature: hidden })],
    [
      'a signature without padding',
      'messages',
      block({ type: 'thinking', signature: hidden.replace(/=+$/, '') }),
    ],
    ['a reasoning item', 'responses', item({ type: 'reasoning', encrypted_content: hidden })],
    [
      'a file',
      'responses',
      item({ content: [{ type: 'input_file', file_data: `data:text/plain;base64,${hidden}` }] }),
    ],
    ['an image URL', 'chat-completions', part({ image_url: { url: `data:image/png;base64,${hidden}` } })],
  ])('text under the base64 of %s is read as well', (_, endpoint, body) => {
    const found = look(endpoint, body);
    expect(found.left).toEqual([]);
    expect(found.what).toEqual([]);
    const decoded = found.units.filter(({ path }) => path.endsWith('!base64'));
    expect(decoded.map(({ text, span }) => [text, span])).toEqual([
      ['this is plain text that somebody put into a field for images', null],
    ]);
  });

  it('token ids are named as not read', () => {
    for (const input of [
      [1, 2, 3],
      [[1, 2], [3]],
    ]) {
      expect(look('embeddings', { input }).what).toEqual(['input.token-ids']);
    }
    expect(look('embeddings', { input: ['a', 'b'] }).what).toEqual([]);
  });
});
