import type { ReferenceRole } from '@diorama/contracts';
import { Loader, Menu } from '@mantine/core';
import { type ClipboardEvent, type DragEvent, useRef, useState } from 'react';
import { assetUrl } from '../../app/api.ts';
import { IconCheck, IconChevronDown, IconPhotoPlus, IconRefresh, IconX } from '../../ui/icons.ts';
import { type SlotIndex, setSlot, usePanel } from './panel-store.ts';
import { ACCEPT, clearSlot, fillSlot } from './reference-upload.ts';
import classes from './Slots.module.css';

const ROLES: readonly { role: ReferenceRole; name: string; effect: string }[] = [
  { role: 'style', name: 'Style', effect: 'Takes over palette and tone' },
  { role: 'material', name: 'Material', effect: 'A surface for an object' },
  { role: 'background', name: 'Background', effect: 'Stands behind the scene' },
  { role: 'subject', name: 'Subject', effect: 'What the image is about' },
  { role: 'palette', name: 'Palette', effect: 'Colours only' },
];

const roleName = (role: ReferenceRole) => ROLES.find((one) => one.role === role)!.name;

/** One of the two slots for reference images. */
export function ImageSlot(props: {
  readonly index: SlotIndex;
  /** What the look takes it for when the person said nothing. */
  readonly guessedRole: ReferenceRole | null;
}) {
  const { index } = props;
  const name = `Image ${index + 2}`;
  const slot = usePanel((state) => state.references[index]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) void fillSlot(index, file);
  };
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      // The window takes models anywhere; a slot under the pointer comes first.
      event.stopPropagation();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      setOver(false);
      take(event.dataTransfer.files);
    },
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    take(event.clipboardData.files);
  };
  const browse = () => input.current?.click();

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid item of this shape in every browser
    <div role="group" aria-label={name} className={classes.slot} onPaste={onPaste}>
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={`Choose ${name}`}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      {slot.state === 'ready' || slot.state === 'uploading' ? (
        <div className={classes.filled} data-over={over || undefined} {...drop}>
          {slot.state === 'ready' ? (
            <img src={assetUrl(slot.image.asset, 256)} alt={slot.image.name} draggable={false} />
          ) : (
            <img src={slot.previewUrl} alt={slot.name} data-busy draggable={false} />
          )}
          {slot.state === 'uploading' && (
            <span className={classes.busy}>
              <Loader size={18} color="amber" aria-label="Uploading" />
            </span>
          )}
          <span className={classes.tools}>
            <button
              type="button"
              className={classes.tool}
              aria-label={`Replace ${name}`}
              title="Replace"
              onClick={browse}
            >
              <IconRefresh size={14} />
            </button>
            <button
              type="button"
              className={classes.tool}
              aria-label={`Remove ${name}`}
              title="Remove"
              onClick={() => clearSlot(index)}
            >
              <IconX size={14} />
            </button>
          </span>
        </div>
      ) : (
        <button
          type="button"
          className={classes.drop}
          data-over={over || undefined}
          data-error={slot.state === 'refused' || undefined}
          aria-label={`Add ${name}`}
          title="Choose, drop or paste an image"
          onClick={browse}
          {...drop}
        >
          <span className={classes.dropText}>
            <IconPhotoPlus size={20} stroke={1.5} />
            Add image
          </span>
        </button>
      )}
      <div className={classes.caption}>
        {slot.state === 'ready' ? (
          <Menu>
            <Menu.Target>
              <button
                type="button"
                className={classes.role}
                data-guessed={slot.image.role === null || undefined}
                aria-label={`Role of ${name}`}
                title={slot.image.role === null ? 'Guessed from the image and the prompt' : undefined}
              >
                <span className="ellipsis">{roleLabel(slot.image.role, props.guessedRole)}</span>
                <IconChevronDown size={13} />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <RoleItem
                name="Guess"
                effect="From the image and the prompt"
                active={slot.image.role === null}
                onClick={() => setSlot(index, { state: 'ready', image: { ...slot.image, role: null } })}
              />
              <Menu.Divider />
              {ROLES.map(({ role, name: label, effect }) => (
                <RoleItem
                  key={role}
                  name={label}
                  effect={effect}
                  active={slot.image.role === role}
                  onClick={() => setSlot(index, { state: 'ready', image: { ...slot.image, role } })}
                />
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
      </div>
    </div>
  );
}

function roleLabel(role: ReferenceRole | null, guessed: ReferenceRole | null): string {
  if (role !== null) return roleName(role);
  return guessed ? roleName(guessed) : 'Guess role';
}

function RoleItem(props: { name: string; effect: string; active: boolean; onClick: () => void }) {
  return (
    <Menu.Item onClick={props.onClick} rightSection={props.active ? <IconCheck size={14} /> : null}>
      {props.name}
      <span className="menu-note">{props.effect}</span>
    </Menu.Item>
  );
}
