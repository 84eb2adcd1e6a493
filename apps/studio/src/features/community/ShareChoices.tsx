import type { GenerationRequest } from '@diorama/contracts';
import { Checkbox } from '@mantine/core';
import type { ShareChoice } from './community-state.ts';
import classes from './Dialog.module.css';

type ShareKey = keyof ShareChoice;

const CHOICES: readonly { key: ShareKey; label: string; gives: string }[] = [
  {
    key: 'prompt',
    label: 'Prompt',
    gives: 'Others can read and copy the words, and see what was understood of them.',
  },
  {
    key: 'settings',
    label: 'Settings',
    gives: 'Others see engine, model, size, seed and quality, and a remix begins with them.',
  },
  {
    key: 'scene',
    label: 'Scene with its models',
    gives: 'A remix opens your scene with its camera. Others get copies of the models and textures in it.',
  },
  {
    key: 'references',
    label: 'Reference images',
    gives: 'A remix gets copies of your reference images. Share only what you may pass on.',
  },
];

/** What goes along with a picture, and what others get by it. */
export function ShareChoices(props: {
  readonly request: Pick<GenerationRequest, 'canvas' | 'references'>;
  readonly value: ShareChoice;
  readonly onChange: (value: ShareChoice) => void;
}) {
  const { request, value, onChange } = props;
  const missing: Partial<Record<ShareKey, string>> = {
    ...(request.canvas === null ? { scene: 'It was made without a scene.' } : {}),
    ...(request.references.length === 0 ? { references: 'It was made without reference images.' } : {}),
  };
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>Share with it</legend>
      {CHOICES.map(({ key, label, gives }) => (
        <Checkbox
          key={key}
          size="xs"
          color="amber"
          label={label}
          description={missing[key] ?? gives}
          disabled={missing[key] !== undefined}
          checked={value[key] && missing[key] === undefined}
          onChange={(event) => onChange({ ...value, [key]: event.currentTarget.checked })}
        />
      ))}
    </fieldset>
  );
}
