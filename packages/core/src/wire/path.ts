import { type NameTable, nameTable } from '../json/index.ts';
import type { MemberPart } from './types.ts';

/**
 * Field names that may stand in a path. Paths are recorded, and a key can hold a secret as well as a value can, so
 * any other key is written as `*N`, N being its place in the object.
 */
const KNOWN = new Set(
  `$defs action actions additionalProperties allOf annotations anyOf approval_request_id arguments audio author
  background body cache_control call_id citations client_metadata cmd code command commands conversation command_line
  container content context context_management custom cwd data default definition definitions description detail
  developer document edits effort encoding encrypted_content encrypted_index encrypted_stdout enum env environment
  examples execution expression file file_data file_id file_path file_url filename files filter format function
  function_call functions id image image_url include include_usage input input_audio input_schema instruction
  instructions items json json_schema justification key label language lang line lines max_tokens media_type message
  messages metadata model name namespace new_str new_string notebook_path old_str old_string oneOf options output
  output_config parallel_tool_calls parameters parent path pattern plan prediction previous_response_id prompt
  prompt_cache_key properties queries query quote reason reasoning reasoning_content refusal required response_format
  result results role safety_identifier schema script server_label server_url service_tier session_id signature
  source speed status stdin stdout stderr stop stop_sequences store strict stream suffix summary system task tasks
  temperature text thinking title tool tool_call_id tool_calls tool_choice tool_name tool_use_id tools top_p type url
  user user_id value values variables verbosity workdir x-codex-turn-metadata`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

const VALUES =
  'user assistant system developer tool object string integer number boolean array true low medium high'.split(
    ' ',
  );

/** Words that most bodies are made of: names of fields and what stands in some of them. */
export const knownWords: ReadonlySet<string> = new Set([...KNOWN, ...VALUES]);

/** The same for the reader of bodies. */
export const wordTable: NameTable = nameTable(knownWords);

/** Path of the member `key`, the `index`-th of the object at `path`. */
export function memberPath(path: string, key: string, index: number): string {
  return KNOWN.has(key) ? `${path}/${key}` : `${path}/*${index}`;
}

/** Members that hold strings of the wire format itself. */
const LABELS = new Set('role type id name status detail model call_id tool_call_id tool_use_id'.split(' '));

/** What a string is by the key of the member whose value it is; a value without a key's text stands by itself. */
export function partOf(key: string): MemberPart | undefined {
  if (key === '') return undefined;
  return LABELS.has(key) ? 'label' : 'value';
}
