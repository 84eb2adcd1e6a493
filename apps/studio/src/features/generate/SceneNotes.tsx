import { LIMITS } from '@diorama/contracts';
import { sceneNotes } from '@diorama/scene';
import { Collapse, Switch, Textarea, UnstyledButton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { IconChevronRight } from '../../ui/icons.ts';
import { useScene } from '../scene/scene-store.ts';
import { usePanel } from './panel-store.ts';
import classes from './SceneNotes.module.css';
import { notesSummary } from './scene-notes-summary.ts';

/** What is told of the scene to an engine that reads text: written by itself, open to the person's pen. */
export function SceneNotes() {
  const choice = usePanel((state) => state.sceneNotes);
  const useCanvas = usePanel((state) => state.useCanvas);
  const document = useScene((state) => state.document);
  const automatic = useMemo(() => sceneNotes(document), [document]);
  const [open, setOpen] = useState(false);
  // Without the canvas the scene is no part of the image, so there is nothing to tell about it.
  if (!useCanvas) return null;
  const { isOn, edited } = choice;
  const text = edited?.text ?? automatic;
  const isOutdated = isOn && edited !== null && edited.basis !== automatic;

  return (
    <section aria-label="Scene notes">
      <div className={classes.head}>
        <UnstyledButton
          className={classes.toggle ?? ''}
          aria-expanded={open}
          aria-controls="scene-notes"
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={14} className={classes.chevron ?? ''} data-open={open || undefined} />
          <span className={classes.title}>Scene notes</span>
          <span className={`${classes.summary} ellipsis`} data-warning={isOutdated || undefined}>
            {isOutdated ? 'edited, and the scene has changed since' : notesSummary(choice, text)}
          </span>
        </UnstyledButton>
        <Switch
          size="xs"
          aria-label="Tell the engine about the scene"
          checked={isOn}
          onChange={(event) =>
            usePanel.setState({ sceneNotes: { isOn: event.currentTarget.checked, edited } })
          }
        />
      </div>
      <Collapse expanded={open} transitionDuration={120} id="scene-notes">
        <div className={classes.body}>
          <Textarea
            aria-label="Scene notes"
            size="xs"
            autosize
            minRows={3}
            maxRows={10}
            maxLength={LIMITS.sceneNotesCharacters}
            disabled={!isOn}
            placeholder={automatic === '' ? 'Nothing in the scene has a name. Describe it here.' : ''}
            value={text}
            onChange={(event) =>
              usePanel.setState({
                sceneNotes: { isOn: true, edited: { text: event.currentTarget.value, basis: automatic } },
              })
            }
          />
          <p className={classes.about}>
            {isOn
              ? 'Sent before your prompt, so that the engine knows what it sees.'
              : 'Nothing is told about the scene.'}
            {isOn && edited !== null && (
              <button
                type="button"
                onClick={() => usePanel.setState({ sceneNotes: { isOn: true, edited: null } })}
              >
                Write it from the scene again
              </button>
            )}
          </p>
        </div>
      </Collapse>
    </section>
  );
}
