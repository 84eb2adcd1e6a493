import { type Generation, type Reference, toDioramaError } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { assetUrl } from '../../app/api.ts';
import { useEngines } from '../../app/server-state.ts';
import { showGeneration } from '../../app/view-store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCheck,
  IconColumns2,
  IconPhotoOff,
} from '../../ui/icons.ts';
import { openCompare } from '../compare/open-compare.ts';
import { titleOf } from '../result/result-words.ts';
import classes from './ChangesDialog.module.css';
import { compareEntries, type FieldChange } from './compare-entries.ts';
import { closeLineageDialog, closeLineageDialogs, openChanges } from './open-lineage.ts';
import type { SceneLine } from './scene-words.ts';
import { type Changes, useChanges } from './use-changes.ts';

/** Two entries, field by field. */
export function ChangesDialog(props: { readonly before: string; readonly after: string }) {
  const { data, error, refetch } = useChanges(props.before, props.after);
  return (
    <Dialog onClose={closeLineageDialog} title="What changed" size={720} transitionProps={{ duration: 0 }}>
      {error ? (
        <EmptyNote
          icon={<IconAlertTriangle size={20} />}
          title={
            toDioramaError(error).code === 'not-found'
              ? 'One of the two is not in the history any more'
              : 'The entries could not be loaded'
          }
          action={<Button onClick={() => void refetch()}>Try again</Button>}
        />
      ) : data ? (
        <Found changes={data} />
      ) : (
        <Skeleton height={220} radius="md" />
      )}
    </Dialog>
  );
}

function Found({ changes }: { readonly changes: Changes }) {
  const { before, after, scene } = changes;
  const { data: engines } = useEngines();
  const fields = compareEntries(before, after, engines?.engines);
  const isSame = fields.length === 0 && scene.length === 0;
  const hasPictures = before.outputs.length > 0 && after.outputs.length > 0;
  return (
    <div className={classes.found}>
      <div className={classes.heads}>
        <Head entry={before} which="Before" />
        <Head entry={after} which="After" />
      </div>
      {isSame ? (
        <EmptyNote icon={<IconCheck size={20} />} title="Nothing changed">
          Both were asked for with the same settings, scene and camera.
        </EmptyNote>
      ) : (
        <dl className={classes.fields}>
          {fields.map((change) => (
            <FieldRow key={change.field} change={change} />
          ))}
          {scene.length > 0 && (
            <>
              <dt>Scene</dt>
              <dd>
                {typeof scene === 'string' ? (
                  <p className={classes.note}>{scene}</p>
                ) : (
                  <SceneLines lines={scene} />
                )}
              </dd>
            </>
          )}
        </dl>
      )}
      <div className={classes.actions}>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconArrowsExchange size={15} />}
          onClick={() => {
            closeLineageDialog();
            openChanges(after.id, before.id);
          }}
        >
          Swap
        </Button>
        {hasPictures && (
          <Button leftSection={<IconColumns2 size={15} />} onClick={() => openCompare([before.id, after.id])}>
            Compare the images
          </Button>
        )}
      </div>
    </div>
  );
}

function Head({ entry, which }: { readonly entry: Generation; readonly which: string }) {
  const picture = entry.outputs[0]?.asset ?? entry.request.canvas?.capture;
  return (
    <button
      type="button"
      className={classes.head}
      onClick={() => {
        closeLineageDialogs();
        showGeneration(entry.id);
      }}
    >
      {picture ? (
        <img src={assetUrl(picture, 160)} alt="" className={classes.thumb} />
      ) : (
        <span className={classes.thumb}>
          <IconPhotoOff size={16} aria-hidden="true" />
        </span>
      )}
      <span className={classes.headWords}>
        <span className={classes.role}>{which}</span>
        <span className={classes.title}>{titleOf(entry)}</span>
        <span className={classes.role}>
          {new Date(entry.createdAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}
        </span>
      </span>
    </button>
  );
}

function FieldRow({ change }: { readonly change: FieldChange }) {
  return (
    <>
      <dt>{change.field}</dt>
      <dd>
        <FieldValue change={change} />
      </dd>
    </>
  );
}

function FieldValue({ change }: { readonly change: FieldChange }) {
  switch (change.kind) {
    case 'words':
      return (
        <p className={classes.text}>
          {change.parts.map(({ kind, text }, index) => {
            const key = `${index} ${kind}`;
            if (kind === 'same') return <span key={key}>{text}</span>;
            return kind === 'removed' ? <del key={key}>{text}</del> : <ins key={key}>{text}</ins>;
          })}
        </p>
      );
    case 'value':
      return <FromTo before={change.before} after={change.after} />;
    case 'camera':
      return (
        <>
          {change.words && <p className={classes.text}>{change.words}</p>}
          <p className={classes.note}>
            Before {change.before}
            <br />
            After {change.after}
          </p>
        </>
      );
    case 'list':
      return (
        <ul className={classes.list}>
          {change.removed.map((text) => (
            <li key={`- ${text}`}>
              <del>{text}</del>
            </li>
          ))}
          {change.added.map((text) => (
            <li key={`+ ${text}`}>
              <ins>{text}</ins>
            </li>
          ))}
        </ul>
      );
    case 'pictures':
      return (
        <span className={classes.pictures}>
          <Pictures references={change.before} />
          <span aria-hidden="true">→</span>
          <span className="visually-hidden">changed to</span>
          <Pictures references={change.after} />
        </span>
      );
  }
}

function FromTo({ before, after }: { readonly before: string; readonly after: string }) {
  return (
    <span className={classes.text}>
      <del>{before}</del> <span aria-hidden="true">→</span> <ins>{after}</ins>
    </span>
  );
}

function Pictures({ references }: { readonly references: readonly Reference[] }) {
  if (references.length === 0) return <span className={classes.note}>none</span>;
  return references.map(({ asset, role }, index) => (
    <span key={`${asset} ${role}`} className={classes.picture}>
      <img src={assetUrl(asset, 160)} alt={`Reference ${index + 1}`} />
      <span className={classes.note}>{role ?? 'role guessed'}</span>
    </span>
  ));
}

/** More lines help nobody; the rest is counted. */
const LINES_SHOWN = 60;

function SceneLines({ lines }: { readonly lines: readonly SceneLine[] }) {
  return (
    <ul className={classes.list}>
      {lines.slice(0, LINES_SHOWN).map(({ sign, name, words }) => (
        <li key={`${sign} ${name} ${words}`} data-sign={sign}>
          <b>{name}</b> {words}
        </li>
      ))}
      {lines.length > LINES_SHOWN && <li className={classes.note}>and {lines.length - LINES_SHOWN} more</li>}
    </ul>
  );
}
