import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { callServer, sessionHeaders } from '../../../api/client.ts';
import { ApiError, readFailure } from '../../../api/errors.ts';
import { saveFile } from '../../../api/save-file.ts';
import { Icon } from '../../../components/icons.tsx';
import { FailureNotice } from '../../../components/notice.tsx';
import { messages } from '../../../messages/en.ts';

const words = messages.entry.proof;

/** The file's name once it is saved. */
export const evidenceName = (id: string) => `${id}.tlog-proof`;

/** Saves the evidence file. */
export function DownloadEvidence({ id }: { readonly id: string }) {
  const download = useMutation({ mutationFn: () => saveEvidence(id) });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="download" />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {words.download}
      </Button>
      {download.isError && <FailureNotice error={download.error} />}
    </>
  );
}

async function saveEvidence(id: string): Promise<void> {
  const address = `/api/audit/entries/${encodeURIComponent(id)}/evidence`;
  const response = await callServer(new Request(address, { headers: sessionHeaders() }));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw new ApiError(readFailure(response.status, body));
  }
  saveFile(evidenceName(id), await response.blob());
}
