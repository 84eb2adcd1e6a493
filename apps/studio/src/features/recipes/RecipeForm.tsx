import {
  LIMITS,
  type Licence,
  type RecipeContent,
  type RecipeSettings,
  type RecipeVariable,
  recipeContentSchema,
} from '@diorama/contracts';
import { Button, Checkbox, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { Fault } from '../../ui/Fault.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconX } from '../../ui/icons.ts';
import type { Action } from '../../ui/use-action.ts';
import dialogClasses from '../community/Dialog.module.css';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { LICENCE_OPTIONS, licenceWords } from '../community/licence-words.ts';
import { BLANKS_MAX, closeBlank, makeBlank } from './blanks.ts';
import { PromptWithBlanks } from './PromptWithBlanks.tsx';
import classes from './RecipeForm.module.css';
import { recipeSettingsInWords, roleName } from './recipe-words.ts';

export interface RecipeFormValue {
  readonly content: RecipeContent;
  readonly shared: boolean;
}

/** Every field of a recipe. */
export function RecipeForm(props: {
  readonly initial: RecipeFormValue;
  /** What of the settings can be kept. */
  readonly settings: RecipeSettings;
  readonly tagSuggestions?: readonly string[];
  /** The picture that goes with it, and what decides about it. */
  readonly picture?: ReactNode;
  readonly action: Action;
  readonly onSave: (value: RecipeFormValue) => void;
  readonly onCancel: () => void;
}) {
  const { initial, action } = props;
  const [content, setContent] = useState(initial.content);
  const [shared, setShared] = useState(initial.shared);
  const change = (changes: Partial<RecipeContent>) => setContent((before) => ({ ...before, ...changes }));
  const parsed = recipeContentSchema.safeParse(content);
  return (
    <form
      className={dialogClasses.twoColumns}
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed.success) props.onSave({ content: parsed.data, shared });
      }}
    >
      <div className={dialogClasses.column}>
        {props.picture}
        <TextInput
          label="Title"
          required
          data-autofocus
          maxLength={120}
          dir="auto"
          value={content.title}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          placeholder="What it makes, and of what"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={1_000}
          dir="auto"
          value={content.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <TagsInput
          label="Tags"
          placeholder={content.tags.length === 0 ? 'Type a word and press Enter' : ''}
          maxTags={LIMITS.tagsPerEntry}
          maxLength={LIMITS.tagCharacters}
          data={(props.tagSuggestions ?? []).filter((tag) => !content.tags.includes(tag))}
          comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
          value={content.tags}
          onChange={(tags) => change({ tags })}
        />
        <Select
          label="Licence"
          description={licenceWords(content.licence).allows}
          inputWrapperOrder={['label', 'input', 'description']}
          data={[...LICENCE_OPTIONS]}
          value={content.licence}
          comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
          onChange={(value) => value && change({ licence: value as Licence })}
        />
        <Switch
          color="amber"
          label="Share with everyone here"
          description="Else only you see it. It can be changed at any time."
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
      </div>
      <div className={dialogClasses.column}>
        <PromptEditor content={content} onChange={change} />
        {content.variables.map((variable) => (
          <BlankEditor
            key={variable.name}
            variable={variable}
            onChange={(changed) =>
              change({
                variables: content.variables.map((one) => (one.name === variable.name ? changed : one)),
              })
            }
            onClose={() => {
              const { prompt, variables } = closeBlank(content, variable.name);
              change({ prompt, variables: [...variables] });
            }}
          />
        ))}
        {content.variables.length > 0 && <PromptWithBlanks content={content} values={{}} />}
        <References content={content} onChange={change} />
        <SettingsToKeep
          available={props.settings}
          value={content.settings}
          onChange={(settings) => change({ settings })}
        />
        {!parsed.success && content.title.trim() !== '' && (
          <p className={dialogClasses.muted} role="status">
            Not complete yet: {parsed.error.issues[0]?.message}.
          </p>
        )}
        <Fault error={action.error} />
        <div className={dialogClasses.end}>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            disabled={!parsed.success}
            loading={action.busy}
          >
            Save recipe
          </Button>
        </div>
      </div>
    </form>
  );
}

type Change = (changes: Partial<RecipeContent>) => void;

function PromptEditor({ content, onChange }: { readonly content: RecipeContent; readonly onChange: Change }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [refused, setRefused] = useState(false);
  const leaveOpen = () => {
    const { selectionStart, selectionEnd } = field.current ?? { selectionStart: 0, selectionEnd: 0 };
    const made = makeBlank(content, selectionStart, selectionEnd);
    setRefused(made === null);
    if (made) onChange({ prompt: made.prompt, variables: [...made.variables] });
  };
  return (
    <div className={classes.prompt}>
      <Textarea
        ref={field}
        label="Prompt"
        autosize
        minRows={3}
        maxRows={8}
        maxLength={LIMITS.promptCharacters}
        dir="auto"
        value={content.prompt}
        onChange={(event) => {
          setRefused(false);
          onChange({ prompt: event.currentTarget.value });
        }}
      />
      <div className={classes.promptTools}>
        <Button
          size="compact-xs"
          disabled={content.variables.length >= BLANKS_MAX}
          // The words must stay selected while the button is pressed.
          onMouseDown={(event) => event.preventDefault()}
          onClick={leaveOpen}
        >
          Make the selected words a blank
        </Button>
        <span className={dialogClasses.muted} role="status">
          {refused
            ? 'Select some words of the prompt first, outside of other blanks.'
            : 'Whoever uses the recipe fills it in.'}
        </span>
      </div>
    </div>
  );
}

function BlankEditor(props: {
  readonly variable: RecipeVariable;
  readonly onChange: (variable: RecipeVariable) => void;
  readonly onClose: () => void;
}) {
  const { variable, onChange } = props;
  return (
    <fieldset className={classes.blank} aria-label={`Blank ${variable.label}`}>
      <div className={classes.blankHead}>
        <code>{`{{${variable.name}}}`}</code>
        <IconButton label="Put the words back into the prompt" size={22} onClick={props.onClose}>
          <IconX size={13} />
        </IconButton>
      </div>
      <div className={classes.pair}>
        <TextInput
          label="Asks for"
          maxLength={80}
          value={variable.label}
          onChange={(event) => onChange({ ...variable, label: event.currentTarget.value })}
        />
        <TextInput
          label="Until then"
          maxLength={200}
          value={variable.default}
          onChange={(event) => onChange({ ...variable, default: event.currentTarget.value })}
        />
      </div>
      <TagsInput
        label="Suggestions"
        placeholder={variable.options.length === 0 ? 'Type and press Enter' : ''}
        maxTags={24}
        maxLength={200}
        comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
        value={variable.options}
        onChange={(options) => onChange({ ...variable, options })}
      />
    </fieldset>
  );
}

function References({ content, onChange }: { readonly content: RecipeContent; readonly onChange: Change }) {
  if (content.references.length === 0) return null;
  return (
    <fieldset className={dialogClasses.fieldset}>
      <legend className={dialogClasses.legend}>Pictures to bring</legend>
      {content.references.map((reference, index) => {
        const replace = (changed: typeof reference | null) =>
          onChange({
            references: content.references.flatMap((one, at) => (at === index ? (changed ?? []) : [one])),
          });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity but their place
          <div key={index} className={classes.reference}>
            <TextInput
              label={roleName(reference.role)}
              placeholder="What picture to bring"
              maxLength={200}
              value={reference.note}
              onChange={(event) => replace({ ...reference, note: event.currentTarget.value })}
            />
            <Checkbox
              size="xs"
              color="amber"
              label="Needed"
              checked={reference.required}
              onChange={(event) => replace({ ...reference, required: event.currentTarget.checked })}
            />
            <IconButton label={`Ask for no ${reference.role}`} size={26} onClick={() => replace(null)}>
              <IconX size={14} />
            </IconButton>
          </div>
        );
      })}
    </fieldset>
  );
}

/** Settings that are kept together: a model means nothing without its engine. */
const KEPT: readonly { keys: readonly (keyof RecipeSettings)[] }[] = [
  { keys: ['aspectRatio'] },
  { keys: ['size'] },
  { keys: ['quality'] },
  { keys: ['engine', 'model'] },
  { keys: ['geometryStrength'] },
];

const NOTHING_KEPT: RecipeSettings = {
  useCanvas: true,
  aspectRatio: null,
  size: null,
  quality: null,
  engine: null,
  model: null,
  geometryStrength: null,
};

function SettingsToKeep(props: {
  readonly available: RecipeSettings;
  readonly value: RecipeSettings;
  readonly onChange: (settings: RecipeSettings) => void;
}) {
  const { available, value, onChange } = props;
  const shown = KEPT.filter(({ keys }) => available[keys[0]!] !== null);
  const part = (keys: readonly (keyof RecipeSettings)[]): Partial<RecipeSettings> =>
    Object.fromEntries(keys.map((key) => [key, available[key]]));
  return (
    <fieldset className={dialogClasses.fieldset}>
      <legend className={dialogClasses.legend}>Settings that belong to the recipe</legend>
      <Checkbox
        size="xs"
        color="amber"
        label="Uses the scene"
        checked={value.useCanvas}
        onChange={(event) => onChange({ ...value, useCanvas: event.currentTarget.checked })}
      />
      {shown.map(({ keys }) => {
        const words = recipeSettingsInWords({ ...NOTHING_KEPT, ...part(keys) }).slice(1);
        return (
          <Checkbox
            key={keys[0]}
            size="xs"
            color="amber"
            label={words.map(({ name, value: text }) => `${name}: ${text}`).join(', ')}
            checked={value[keys[0]!] !== null}
            onChange={(event) =>
              onChange({
                ...value,
                ...(event.currentTarget.checked
                  ? part(keys)
                  : Object.fromEntries(keys.map((key) => [key, null]))),
              })
            }
          />
        );
      })}
    </fieldset>
  );
}
