import { describe, expect, it } from 'vitest';
import type { CallView, Endpoint } from './index.ts';
import { view } from './testing/strings.ts';

const facts = (endpoint: Endpoint, body: object): CallView => view(endpoint, { model: 'm', ...body });
const quiet = { store: false };

describe('tools of chat completions', () => {
  it('that the client runs', () => {
    const { tools, serverTools, capability } = facts('chat-completions', {
      tools: [
        { type: 'function', function: { name: 'bash' } },
        { type: 'custom', custom: { name: 'apply_patch' } },
      ],
      functions: [{ name: 'older' }],
    });
    expect({ tools, serverTools, capability }).toEqual({
      tools: ['apply_patch', 'bash', 'older'],
      serverTools: [],
      capability: 'agent',
    });
  });

  it.each<[object, string[]]>([
    [{ web_search_options: {} }, ['web_search']],
    [{ search_parameters: { mode: 'on' } }, ['web_search']],
    [{ plugins: [{ id: 'web' }] }, ['plugins']],
    [{ model: 'gpt-4o-search-preview' }, ['web_search']],
    [{ tools: [{ type: 'x_search' }] }, ['x_search']],
    [{ tools: [{ function: { name: 'f' } }] }, ['unnamed']],
    [{ tools: [{ type: 'function', function: {} }, 'x'] }, ['unnamed']],
    [{ tools: { type: 'function' } }, ['unnamed']],
    [{ web_search_options: null, tools: null }, []],
  ])('that the vendor runs: %j', (body, serverTools) => {
    expect(facts('chat-completions', body).serverTools).toEqual(serverTools);
  });
});

describe('tools of responses', () => {
  const declared = (...tools: object[]) => facts('responses', { ...quiet, tools });

  it.each([
    { type: 'function', name: 't' },
    { type: 'custom', name: 't' },
    { type: 'local_shell', name: 't' },
    { type: 'apply_patch', name: 't' },
    { type: 'shell', name: 't', environment: { type: 'local' } },
    { type: 'tool_search', name: 't', execution: 'client' },
    { type: 'namespace', name: 'group', tools: [{ type: 'function', name: 't' }] },
  ])('that the client runs: %j', (tool) => {
    const { tools, serverTools, capability } = declared(tool);
    expect({ tools, serverTools, capability }).toEqual({
      tools: ['t'],
      serverTools: [],
      capability: 'agent',
    });
  });

  it.each<[object, string]>([
    [{ type: 'web_search', external_web_access: false }, 'web_search'],
    [{ type: 'web_search_preview_2025_03_11' }, 'web_search'],
    [{ type: 'code_interpreter', container: { type: 'auto' } }, 'code_interpreter'],
    [{ type: 'file_search', vector_store_ids: ['v'] }, 'file_search'],
    [{ type: 'image_generation' }, 'image_generation'],
    [{ type: 'computer_use_preview' }, 'computer_use'],
    [{ type: 'tool_search' }, 'tool_search'],
    [{ type: 'shell', environment: { type: 'container_auto' } }, 'shell'],
    [{ type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] }, 'web_search'],
    [{ type: 'brand_new_tool' }, 'brand_new_tool'],
    [{ name: 'untyped' }, 'unnamed'],
    [{ type: `x${'x'.repeat(200)}` }, 'unnamed'],
    [{ type: 'a secret with spaces' }, 'unnamed'],
  ])('that the vendor runs: %j', (tool, name) => {
    expect(declared(tool)).toMatchObject({ serverTools: [name], capability: 'agent' });
  });

  it('that come into play in mid-conversation', () => {
    const tools = [{ type: 'namespace', name: 'mcp__tickets', tools: [{ type: 'function', name: 'find' }] }];
    const input = [
      { type: 'tool_search_output', execution: 'client', tools },
      { type: 'additional_tools', tools: [{ type: 'web_search' }] },
    ];
    expect(facts('responses', { ...quiet, input })).toMatchObject({
      tools: ['find', 'web_search'],
      serverTools: ['web_search'],
      mcpServers: ['tickets'],
      capability: 'mcp',
    });
  });
});

describe('tools of messages', () => {
  it.each([
    { name: 't', input_schema: {} },
    { type: 'custom', name: 't' },
    { type: 'bash_20250124', name: 't' },
    { type: 'text_editor_20250728', name: 't' },
    { type: 'memory_20250818', name: 't' },
  ])('that the client runs: %j', (tool) => {
    expect(facts('messages', { tools: [tool] })).toMatchObject({
      tools: ['t'],
      serverTools: [],
      capability: 'agent',
    });
  });

  it.each([
    ['web_search_20250305', 'web_search'],
    ['web_fetch_20250910', 'web_fetch'],
    ['code_execution_20250825', 'code_execution'],
    ['computer_20250124', 'computer'],
    ['tool_search_tool_bm25_20251119', 'tool_search_tool_bm25'],
    ['brand_new_20270101', 'brand_new'],
  ])('that the vendor runs: %s', (type, name) => {
    expect(facts('count-tokens', { tools: [{ type, name: 'x' }] }).serverTools).toEqual([name]);
  });

  it('that come into play in mid-conversation', () => {
    const content = [
      {
        type: 'tool_addition',
        tool: { type: 'tool_definition', definition: { name: 'one', input_schema: {} } },
      },
      {
        type: 'tool_addition',
        tool: { type: 'tool_definition', definition: { type: 'web_fetch_20250910' } },
      },
      { type: 'tool_addition', tool: { type: 'tool_reference', name: 'mcp__tickets__find' } },
      { type: 'tool_result', content: [{ type: 'tool_reference', tool_name: 'mcp__wiki__read' }] },
    ];
    expect(facts('messages', { messages: [{ role: 'user', content }] })).toMatchObject({
      tools: ['mcp__tickets__find', 'mcp__wiki__read', 'one', 'web_fetch'],
      serverTools: ['web_fetch'],
      mcpServers: ['tickets', 'wiki'],
      capability: 'mcp',
    });
  });
});

describe('MCP', () => {
  it.each<[Endpoint, object, string[]]>([
    ['messages', { tools: [{ name: 'mcp__tickets__find' }] }, ['tickets']],
    ['messages', { tools: [{ name: 'ListMcpResourcesTool' }] }, []],
    ['messages', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'wiki' }] }, ['wiki']],
    ['responses', { tools: [{ type: 'function', name: 'list_mcp_resources' }] }, []],
    [
      'responses',
      { input: [{ type: 'function_call', namespace: 'mcp__tickets', name: 'find' }] },
      ['tickets'],
    ],
    ['chat-completions', { tools: [{ type: 'function', function: { name: 'mcp__a_b__c__d' } }] }, ['a_b']],
  ])('is the capability of %s with %j', (endpoint, body, mcpServers) => {
    expect(facts(endpoint, body)).toMatchObject({ capability: 'mcp', mcpServers });
  });

  it.each<[Endpoint, object]>([
    ['messages', { mcp_servers: [{ type: 'url', name: 'wiki', url: 'https://mcp.example.com' }] }],
    ['responses', { tools: [{ type: 'mcp', server_label: 'wiki', server_url: 'https://mcp.example.com' }] }],
    [
      'chat-completions',
      { tools: [{ type: 'mcp', server_label: 'wiki', server_url: 'https://mcp.example.com' }] },
    ],
  ])('that the vendor reaches is a server tool and a reference: %s', (endpoint, body) => {
    expect(facts(endpoint, body)).toMatchObject({
      capability: 'mcp',
      mcpServers: ['wiki'],
      serverTools: ['mcp'],
      remoteRefs: 1,
    });
  });

  it('is read from hostile names without effort', () => {
    const tools = [{ name: `mcp__${'_'.repeat(1_000_000)}\n` }, { name: 'mcp__' }];
    expect(facts('messages', { tools })).toMatchObject({ tools: ['mcp__', 'unnamed'], capability: 'mcp' });
  });

  it('is chat without any tool', () => {
    expect(facts('messages', { tools: [] }).capability).toBe('chat');
  });
});

describe('state at the vendor', () => {
  it.each<[Endpoint, object, string[]]>([
    ['responses', {}, ['store']],
    ['responses', { store: null }, ['store']],
    ['responses', { store: true }, ['store']],
    ['responses', quiet, []],
    [
      'responses',
      { ...quiet, previous_response_id: 'r', conversation: { id: 'c' } },
      ['conversation', 'previous_response_id'],
    ],
    ['responses', { ...quiet, prompt: { id: 'p' }, background: true }, ['background', 'prompt']],
    ['responses', { ...quiet, previous_response_id: null, background: false }, []],
    ['responses', { ...quiet, input: [{ type: 'item_reference', id: 'i' }] }, ['item']],
    ['responses', { ...quiet, input: [{ id: 'i' }] }, ['item']],
    [
      'responses',
      { ...quiet, input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
      ['file'],
    ],
    ['responses', { ...quiet, tools: [{ type: 'code_interpreter', container: 'c' }] }, ['container']],
    ['responses', { ...quiet, tools: [{ type: 'file_search', vector_store_ids: ['v'] }] }, ['vector_store']],
    ['chat-completions', {}, []],
    ['chat-completions', { store: true }, ['store']],
    [
      'chat-completions',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
      ['file'],
    ],
    ['chat-completions', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }, ['audio']],
    ['messages', { container: 'c' }, ['container']],
    [
      'messages',
      { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
      ['file'],
    ],
    ['messages', { messages: [{ content: [{ type: 'container_upload', file_id: 'f' }] }] }, ['file']],
  ])('%s with %j', (endpoint, body, serverState) => {
    expect(facts(endpoint, body).serverState).toEqual(serverState);
  });
});

describe('remote references', () => {
  const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });

  it.each<[Endpoint, object, number]>([
    ['chat-completions', user({ type: 'image_url', image_url: { url: 'https://x/y.png' } }), 1],
    ['chat-completions', user({ type: 'image_url', image_url: { url: 'DATA:image/png;base64,AA' } }), 0],
    [
      'responses',
      {
        input: [
          {
            content: [
              { type: 'input_image', image_url: 'http://x' },
              { type: 'input_file', file_url: 's3://x' },
            ],
          },
        ],
      },
      2,
    ],
    [
      'messages',
      user(
        { type: 'image', source: { type: 'url', url: 'https://x' } },
        { type: 'document', source: { type: 'url', url: 'https://y' } },
      ),
      2,
    ],
    ['messages', user({ type: 'text', text: 'see https://x' }), 0],
    ['messages', user({ type: 'tool_use', input: { url: 'https://x' } }), 0],
  ])('of %s with %j: %i', (endpoint, body, remoteRefs) => {
    expect(facts(endpoint, body).remoteRefs).toBe(remoteRefs);
  });
});

describe('bounds and tiers', () => {
  it.each<[Endpoint, object, number | null]>([
    ['messages', { max_tokens: 5 }, 5],
    ['responses', { max_output_tokens: 5 }, 5],
    ['chat-completions', { max_tokens: 5, max_completion_tokens: 9 }, 9],
    ['chat-completions', { max_tokens: '5' }, null],
    ['chat-completions', { max_tokens: -5 }, null],
    ['embeddings', { max_tokens: 5 }, null],
  ])('%s with %j may answer %s tokens', (endpoint, body, maxTokens) => {
    expect(facts(endpoint, body).maxTokens).toBe(maxTokens);
  });

  it('counts answers and names the tier', () => {
    expect(facts('chat-completions', { n: 3, service_tier: 'priority' })).toMatchObject({
      choices: 3,
      serviceTier: 'priority',
    });
    expect(facts('chat-completions', { n: 1 }).choices).toBeUndefined();
    expect(facts('responses', { service_tier: 'any words at all' }).serviceTier).toBe('unnamed');
  });
});

describe('what a call costs by', () => {
  const png = `iVBORw0KGgo${'A'.repeat(89)}`;

  it('counts inline images and their bytes, in every dialect', () => {
    const url = `data:image/png;base64,${png}`;
    const source = { type: 'base64', media_type: 'image/png', data: png };
    const chat = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] };
    const responses = { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] };
    const messages = { messages: [{ role: 'user', content: [{ type: 'image', source }] }] };
    expect(facts('chat-completions', chat)).toMatchObject({ images: 1, imageBytes: url.length + 2 });
    expect(facts('responses', responses)).toMatchObject({ images: 1, imageBytes: url.length + 2 });
    expect(facts('messages', messages)).toMatchObject({ images: 1, imageBytes: png.length + 2 });
  });

  it('takes text for text, wherever it stands', () => {
    const text = `data:image/png;base64,${btoa('only text, and rather a lot of it, in base64 all the same')}`;
    const chat = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: text } }] }] };
    expect(facts('chat-completions', chat)).toMatchObject({ images: 0, imageBytes: 0 });
    expect(facts('chat-completions', { messages: [{ role: 'user', content: png }] })).toMatchObject({
      images: 0,
    });
  });

  it('takes a speed for the tier that it is', () => {
    expect(facts('messages', { speed: 'fast', service_tier: 'auto' }).serviceTier).toBe('fast');
    expect(facts('messages', { speed: 'standard', service_tier: 'auto' }).serviceTier).toBe('auto');
  });
});

describe('sessions', () => {
  const uuid = '0a1b2c3d-0000-4000-8000-0123456789ab';

  it.each<[string, Endpoint, object, string | null]>([
    [
      'Claude Code',
      'messages',
      { metadata: { user_id: JSON.stringify({ device_id: 'd', session_id: uuid }) } },
      uuid,
    ],
    ['older Claude Code', 'messages', { metadata: { user_id: `user_ab12_account__session_${uuid}` } }, uuid],
    ['a user id', 'messages', { metadata: { user_id: 'somebody' } }, null],
    ['broken JSON', 'messages', { metadata: { user_id: '{"session_id":' } }, null],
    ['two sessions', 'messages', { metadata: { user_id: '{"session_id":"a","session_id":"b"}' } }, null],
    [
      'Codex',
      'responses',
      { client_metadata: { session_id: uuid, thread_id: 't' }, prompt_cache_key: 'k' },
      uuid,
    ],
    ['older Codex', 'responses', { client_metadata: {}, prompt_cache_key: uuid }, uuid],
    ['a cache key alone', 'responses', { prompt_cache_key: uuid }, null],
    ['no id at all', 'responses', { client_metadata: { session_id: 'any words at all' } }, null],
    ['chat', 'chat-completions', { prompt_cache_key: uuid }, null],
  ])('of %s', (_, endpoint, body, session) => {
    expect(facts(endpoint, body).bodySession).toBe(session);
  });

  it('begin with the first text of the user', () => {
    const messages = [
      { role: 'system', content: 's' },
      {
        role: 'user',
        content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }],
      },
      { role: 'user', content: 'later' },
    ];
    expect(facts('chat-completions', { messages }).firstUserText).toBe('a\nb');
    expect(facts('messages', { messages }).firstUserText).toBe('a\nb');
    expect(facts('responses', { input: 'hello' }).firstUserText).toBe('hello');
    expect(facts('responses', { input: messages }).firstUserText).toBe('a\nb');
    expect(facts('messages', { messages: [] }).firstUserText).toBeNull();
  });
});
