import { type Generation, LIMITS, toDioramaError } from '@diorama/contracts';
import { Button, NumberInput, Popover, Radio, SegmentedControl, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { client } from '../../app/api.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconChevronDown, IconDownload } from '../../ui/icons.ts';
import { useScene } from '../scene/scene-store.ts';
import classes from './DownloadButton.module.css';
import {
  clampLongEdge,
  type DownloadFormat,
  type DownloadMetadata,
  downloadUrl,
  extensionOf,
  FORMAT_NAMES,
  fetchDownload,
  followLink,
  METADATA_NOTES,
  saveAs,
  useDownloadChoice,
} from './download-choice.ts';
import { downloadName } from './result-words.ts';

const SIZES = [2048, 1024, 512];
const CUSTOM = 'custom';
const ORIGINAL = 'original';

/** Downloads as chosen last, with one click; beside it, what to choose. */
export function DownloadButton({
  generation,
  image,
}: {
  readonly generation: Generation;
  readonly image: number;
}) {
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState<'one' | 'all' | null>(null);
  const choice = useDownloadChoice();
  const sceneName = useScene((state) => state.document.name);
  const output = generation.outputs[image]!;
  const count = generation.outputs.length;

  const run = async (what: 'one' | 'all', work: () => Promise<void>) => {
    setBusy(what);
    try {
      await work();
      setOpened(false);
    } catch (thrown) {
      const error = toDioramaError(thrown);
      notifications.show({
        color: 'red',
        title: 'Not downloaded',
        message: `${error.message} ${error.hint}`,
      });
    } finally {
      setBusy(null);
    }
  };
  const one = () =>
    run('one', async () => {
      const file = await fetchDownload(downloadUrl(generation.id, image, choice));
      const extension = extensionOf(choice.format, output);
      saveAs(file, downloadName(sceneName, generation.request.prompt, image, count, extension));
    });
  const all = () =>
    run('all', async () => {
      const { format, metadata, longEdge } = choice;
      const ticket = await client.orderArchive({
        body: {
          ids: [generation.id],
          format,
          metadata,
          longEdge: format === 'original' ? null : longEdge,
          contactSheet: false,
        },
      });
      followLink(ticket.url, ticket.fileName);
    });

  return (
    <div className={classes.pair}>
      <Button
        variant="default"
        className={classes.main ?? ''}
        leftSection={<IconDownload size={16} />}
        title={`Download: ${inWords(choice.format, choice.metadata, choice.longEdge)}`}
        loading={busy === 'one'}
        onClick={() => void one()}
      >
        Download
      </Button>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="top-end"
        width={316}
        trapFocus
        withinPortal={false}
      >
        <Popover.Target>
          <IconButton
            label="Choose format and size"
            variant="default"
            className={classes.more ?? ''}
            onClick={() => setOpened(!opened)}
          >
            <IconChevronDown size={15} />
          </IconButton>
        </Popover.Target>
        <Popover.Dropdown aria-label="How to download">
          <div className={classes.form}>
            <SegmentedControl
              aria-label="Format"
              data={(Object.keys(FORMAT_NAMES) as DownloadFormat[]).map((value) => ({
                value,
                label: FORMAT_NAMES[value],
              }))}
              value={choice.format}
              onChange={(format) => useDownloadChoice.setState({ format: format as DownloadFormat })}
            />
            {choice.format === 'original' ? (
              <p className={classes.note}>
                The file as it is stored, {output.width} × {output.height}, with its settings.
              </p>
            ) : (
              <>
                <SizeField longEdge={Math.max(output.width, output.height)} />
                <Radio.Group
                  aria-label="What the file says of itself"
                  value={choice.metadata}
                  onChange={(metadata) =>
                    useDownloadChoice.setState({ metadata: metadata as DownloadMetadata })
                  }
                >
                  <div className={classes.radios}>
                    {METADATA_NOTES.map(({ value, name, note }) => (
                      <Radio key={value} size="xs" value={value} label={name} description={note} />
                    ))}
                  </div>
                </Radio.Group>
              </>
            )}
            <div className={classes.actions}>
              {count > 1 && (
                <Button
                  variant="subtle"
                  color="gray"
                  loading={busy === 'all'}
                  disabled={busy !== null}
                  onClick={() => void all()}
                >
                  All {count} as zip
                </Button>
              )}
              <Button loading={busy === 'one'} disabled={busy !== null} onClick={() => void one()}>
                Download{' '}
                {FORMAT_NAMES[choice.format] === 'Original' ? 'original' : FORMAT_NAMES[choice.format]}
              </Button>
            </div>
          </div>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function SizeField({ longEdge }: { readonly longEdge: number }) {
  const chosen = useDownloadChoice((state) => state.longEdge);
  const [custom, setCustom] = useState(chosen !== null && !SIZES.includes(chosen));
  const value = custom ? CUSTOM : chosen === null ? ORIGINAL : String(chosen);
  return (
    <div className={classes.sizes}>
      <Select
        label="Long edge"
        data={[
          { value: ORIGINAL, label: `As it is, ${longEdge} px` },
          ...SIZES.map((size) => ({
            value: String(size),
            label: `${size} px${size > longEdge ? ', enlarged' : ''}`,
          })),
          { value: CUSTOM, label: 'Other…' },
        ]}
        comboboxProps={{ withinPortal: false }}
        value={value}
        onChange={(next) => {
          setCustom(next === CUSTOM);
          if (next === ORIGINAL) useDownloadChoice.setState({ longEdge: null });
          else if (next === CUSTOM)
            useDownloadChoice.setState({ longEdge: chosen ?? clampLongEdge(longEdge) });
          else if (next !== null) useDownloadChoice.setState({ longEdge: Number(next) });
        }}
      />
      {custom && (
        <NumberInput
          label="Pixels"
          min={LIMITS.longEdgeMin}
          max={LIMITS.longEdgeMax}
          value={chosen ?? longEdge}
          onChange={(next) => {
            if (typeof next === 'number') useDownloadChoice.setState({ longEdge: clampLongEdge(next) });
          }}
          clampBehavior="blur"
        />
      )}
    </div>
  );
}

function inWords(format: DownloadFormat, metadata: DownloadMetadata, longEdge: number | null): string {
  if (format === 'original') return 'the file as it is stored';
  const size = longEdge === null ? '' : `, ${longEdge} px`;
  const words = { settings: 'with settings', label: 'with a label only', none: 'with nothing inside' };
  return `${FORMAT_NAMES[format]} ${words[metadata]}${size}`;
}
