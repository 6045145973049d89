import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { callServer, sessionHeaders } from '../../api/client.ts';
import { ApiError, readFailure } from '../../api/errors.ts';
import { saveFile } from '../../api/save-file.ts';
import { Icon } from '../../components/icons.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { type AuditSearch, activeFilters } from './search.ts';

const words = messages.exporting;
type Format = 'csv' | 'jsonl';

interface Exported {
  readonly rows: number;
  /** There are more than one file takes. */
  readonly more: boolean;
}

/** Saves what the list shows, page by page put together, as a file. */
export function ExportEntries({ search }: { readonly search: AuditSearch }) {
  const save = useMutation({ mutationFn: (format: Format) => exportEntries(search, format) });
  return (
    <div>
      <Group gap={8} role="group" aria-label={words.group}>
        {(['csv', 'jsonl'] as const).map((format) => (
          <Button
            key={format}
            size="xs"
            variant="default"
            leftSection={<Icon name="download" />}
            loading={save.isPending && save.variables === format}
            disabled={save.isPending}
            onClick={() => save.mutate(format)}
          >
            {words[format]}
          </Button>
        ))}
      </Group>
      <p role="status">
        {save.data && (save.data.more ? words.more(save.data.rows) : words.done(save.data.rows))}
      </p>
      {save.isError && <FailureNotice error={save.error} />}
    </div>
  );
}

async function exportEntries(search: AuditSearch, format: Format): Promise<Exported> {
  const query = new URLSearchParams([...activeFilters(search), ['format', format]] as [string, string][]);
  const response = await callServer(new Request(`/api/audit/export?${query}`, { headers: sessionHeaders() }));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw new ApiError(readFailure(response.status, body));
  }
  saveFile(`fairlead-audit.${format}`, await response.blob());
  return {
    rows: Number(response.headers.get('x-fairlead-rows') ?? 0),
    more: response.headers.has('x-fairlead-next'),
  };
}
