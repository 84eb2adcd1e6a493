import { LIMITS } from '@diorama/contracts';
import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { DIALOG_LAYER } from './dialog-layer.ts';

export interface PostWordsValue {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** Title, description and tags of a post. */
export function PostWords(props: {
  readonly value: PostWordsValue;
  readonly onChange: (value: PostWordsValue) => void;
  /** Tags that fit, to choose from. */
  readonly suggestions?: readonly string[];
}) {
  const { value, onChange } = props;
  return (
    <>
      <TextInput
        label="Title"
        data-autofocus
        required
        maxLength={120}
        dir="auto"
        value={value.title}
        onChange={(event) => onChange({ ...value, title: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        placeholder="What it shows, how it came about"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2_000}
        dir="auto"
        value={value.description}
        onChange={(event) => onChange({ ...value, description: event.currentTarget.value })}
      />
      <TagsInput
        label="Tags"
        placeholder={value.tags.length === 0 ? 'Type a word and press Enter' : ''}
        maxTags={LIMITS.tagsPerEntry}
        maxLength={LIMITS.tagCharacters}
        data={(props.suggestions ?? []).filter((tag) => !value.tags.includes(tag))}
        comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
        value={[...value.tags]}
        onChange={(tags) => onChange({ ...value, tags })}
      />
    </>
  );
}
