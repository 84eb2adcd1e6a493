import {
  DOWNLOAD_FORMATS,
  DOWNLOAD_METADATA,
  LIMITS,
  type NewArchive,
  toDioramaError,
} from '@diorama/contracts';
import { Button, NumberInput, Progress, Radio, Select, Stack, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { client } from '../../app/api.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { chunks, entriesInWords, idsOf } from './change-history.ts';
import classes from './Dialogs.module.css';

type Format = (typeof DOWNLOAD_FORMATS)[number];
type Metadata = (typeof DOWNLOAD_METADATA)[number];

const FORMAT_WORDS: Readonly<Record<Format, string>> = {
  original: 'As stored',
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
};

const METADATA_WORDS: Readonly<Record<Metadata, readonly [string, string]>> = {
  settings: ['Settings', 'Prompt, seed and all that is needed to make it again'],
  label: ['Label only', 'Only that the image was made by a computer'],
  none: ['Nothing', 'No data besides the picture'],
};

const EDGES_PX = [512, 1024, 1536, 2048, 4096];

type Choice = Omit<NewArchive, 'ids'>;

/** As it was chosen last. */
const useArchiveChoice = create<Choice>()(
  persist(
    (): Choice => ({ format: 'png', quality: 92, metadata: 'settings', longEdge: null, contactSheet: true }),
    { name: 'diorama-archive', version: 1 },
  ),
);

/** How the zip shall be; then has it made and downloads it. */
export function ArchiveDialog({
  seqs,
  onClose,
}: {
  readonly seqs: readonly number[];
  readonly onClose: () => void;
}) {
  const choice = useArchiveChoice();
  const [parts, setParts] = useState<{ done: number; all: number } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const isEncoded = choice.format !== 'original';
  const hasQuality = choice.format === 'jpeg' || choice.format === 'webp';

  const order = async () => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    const lists = [...chunks(seqs, LIMITS.entriesPerCall)];
    setError(null);
    setParts({ done: 0, all: lists.length });
    let images = 0;
    try {
      for (const [at, list] of lists.entries()) {
        const ids = await idsOf(list);
        if (signal.aborted) return;
        if (ids.length > 0) {
          const ticket = await client.orderArchive({ body: { ids, ...choice }, signal });
          images += ticket.images;
          if (ticket.images > 0) saveLink(ticket.url, ticket.fileName);
        }
        setParts({ done: at + 1, all: lists.length });
      }
      onClose();
      notifications.show({
        message:
          images === 0
            ? 'None of these entries has an image.'
            : `${images.toLocaleString('en')} ${images === 1 ? 'image is' : 'images are'} on the way; your browser shows the download.`,
      });
    } catch (thrown) {
      if (signal.aborted) return;
      const { message, hint } = toDioramaError(thrown);
      setError(`${message.replace(/\.?$/, '.')} ${hint}`);
      setParts(null);
    }
  };

  return (
    <Dialog onClose={onClose} title={`Download ${entriesInWords(seqs.length)} as a zip`} size={420}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void order();
        }}
      >
        <div className={classes.pair}>
          <Select
            label="Format"
            data={DOWNLOAD_FORMATS.map((value) => ({ value, label: FORMAT_WORDS[value] }))}
            value={choice.format}
            onChange={(value) => value && useArchiveChoice.setState({ format: value as Format })}
            data-autofocus=""
          />
          {hasQuality && (
            <NumberInput
              label="Quality, percent"
              min={1}
              max={100}
              value={choice.quality}
              onChange={(value) => typeof value === 'number' && useArchiveChoice.setState({ quality: value })}
            />
          )}
          {isEncoded && (
            <Select
              label="Long edge"
              data={[
                { value: '', label: 'As it is' },
                ...EDGES_PX.map((edge) => ({ value: String(edge), label: `${edge} pixels` })),
              ]}
              value={choice.longEdge === null ? '' : String(choice.longEdge)}
              onChange={(value) => useArchiveChoice.setState({ longEdge: value ? Number(value) : null })}
            />
          )}
        </div>
        {isEncoded ? (
          <Radio.Group
            label="Inside the files"
            value={choice.metadata}
            onChange={(value) => useArchiveChoice.setState({ metadata: value as Metadata })}
          >
            <Stack gap={6} mt={6}>
              {DOWNLOAD_METADATA.map((value) => (
                <Radio
                  key={value}
                  size="xs"
                  value={value}
                  label={METADATA_WORDS[value][0]}
                  description={METADATA_WORDS[value][1]}
                />
              ))}
            </Stack>
          </Radio.Group>
        ) : (
          <p className={classes.note}>The files exactly as they are stored here.</p>
        )}
        <Switch
          label="Contact sheet"
          description="One picture with all of them, and a list of their prompts and settings"
          checked={choice.contactSheet}
          onChange={(event) => useArchiveChoice.setState({ contactSheet: event.currentTarget.checked })}
        />
        {seqs.length > LIMITS.entriesPerCall && (
          <p className={classes.note}>
            A zip holds {LIMITS.entriesPerCall.toLocaleString('en')} entries, so this makes{' '}
            {Math.ceil(seqs.length / LIMITS.entriesPerCall)} files.
          </p>
        )}
        {error && (
          <p className={classes.fault} role="alert">
            {error}
          </p>
        )}
        {parts && parts.all > 1 && (
          <Progress value={(parts.done / parts.all) * 100} aria-label="Preparing the files" />
        )}
        <div className={classes.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={parts !== null}>
            Download
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function saveLink(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
