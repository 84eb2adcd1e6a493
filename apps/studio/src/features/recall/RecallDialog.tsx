import type { Generation } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../app/api.ts';
import { useEngines } from '../../app/server-state.ts';
import { showGeneration } from '../../app/view-store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import {
  IconAdjustmentsHorizontal,
  IconArrowsShuffle,
  IconHistory,
  IconPhotoPlus,
  IconRefresh,
} from '../../ui/icons.ts';
import { usePanel } from '../generate/panel-store.ts';
import { fillSlot, nextFreeSlot } from '../generate/reference-upload.ts';
import { applySettings, restoreScene } from '../result/restore-scene.ts';
import { planRecall } from './plan-recall.ts';
import classes from './RecallDialog.module.css';
import { closeRecall, type RecalledImage } from './recall-state.ts';

/** What was found in a dropped image, and what can be done with it. */
export function RecallDialog({ image }: { readonly image: RecalledImage }) {
  const { file, recalled } = image;
  const here = useWhatIsHere(image);
  const { data: engines, isPending } = useEngines();
  const pictureUrl = useObjectUrl(file);
  const plan = useMemo(
    () =>
      here && !isPending
        ? planRecall(recalled, {
            engines: engines?.engines ?? [],
            hasAsset: (asset) => here.assets.has(asset),
            panel: usePanel.getState(),
          })
        : null,
    [recalled, here, engines, isPending],
  );
  const close = (then: () => void) => () => {
    closeRecall();
    then();
  };
  const prompt = recalled.settings.prompt.trim();

  return (
    <Dialog
      onClose={closeRecall}
      title="This image says how it was made"
      size={820}
      transitionProps={{ duration: 0 }}
    >
      <div className={classes.found}>
        {pictureUrl && <img src={pictureUrl} alt={file.name} className={classes.picture} />}
        <div className={`${classes.words} scroll`}>
          <p className={classes.prompt}>{prompt || <span className={classes.muted}>No prompt</span>}</p>
          {plan ? (
            <dl className={classes.facts}>
              {plan.facts.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          ) : (
            <Skeleton height={80} />
          )}
        </div>
      </div>
      {plan && plan.notTaken.length > 0 && (
        <ul className={classes.notes} aria-label="What is not taken over">
          {plan.notTaken.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <div className={classes.actions}>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconPhotoPlus size={15} />}
          onClick={close(() => void fillSlot(nextFreeSlot(), file))}
        >
          Use as reference instead
        </Button>
        <span className={classes.space} />
        {here?.generation && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconHistory size={15} />}
            onClick={close(
              () => here.generation && showGeneration(here.generation.id, recalled.settings.image),
            )}
          >
            Open in history
          </Button>
        )}
        <Button
          disabled={!plan}
          leftSection={<IconArrowsShuffle size={15} />}
          onClick={close(() => plan && void applySettings(plan.found, 'remix'))}
        >
          Remix
        </Button>
        <Button
          disabled={!plan}
          leftSection={<IconAdjustmentsHorizontal size={15} />}
          onClick={close(() => plan && void applySettings(plan.found, 'settings'))}
        >
          Use settings
        </Button>
        {plan?.found.request.canvas && (
          <Button
            data-autofocus
            leftSection={<IconRefresh size={15} />}
            onClick={close(() => void restoreScene(plan.found))}
          >
            Restore scene
          </Button>
        )}
      </div>
    </Dialog>
  );
}

interface Here {
  readonly generation: Generation | null;
  readonly assets: ReadonlySet<string>;
}

/** What of the things that an image names is on this server. What cannot be asked for counts as not here. */
function useWhatIsHere({ recalled }: RecalledImage): Here | undefined {
  const { generation, canvas, references } = recalled.settings;
  const wanted = [...(canvas ? [canvas.scene] : []), ...references.map(({ asset }) => asset)];
  const { data } = useQuery({
    queryKey: ['recall', generation, ...wanted],
    queryFn: async ({ signal }): Promise<Here> => {
      const [entry, stored] = await Promise.all([
        generation === null ? null : api.getGeneration(generation, { signal }).catch(() => null),
        Promise.all(wanted.map((asset) => api.hasAsset(asset, { signal }).catch(() => false))),
      ]);
      return { generation: entry, assets: new Set(wanted.filter((_, index) => stored[index])) };
    },
    staleTime: 0,
  });
  return data;
}

function useObjectUrl(file: File): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
