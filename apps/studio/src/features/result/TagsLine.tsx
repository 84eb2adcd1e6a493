import { type Generation, LIMITS, tagSchema } from '@diorama/contracts';
import { useState } from 'react';
import { IconTag, IconX } from '../../ui/icons.ts';
import { setTags } from './mark-entry.ts';
import classes from './TagsLine.module.css';

/** The tags of an entry, each with a way to take it off, and a field for another one. */
export function TagsLine({ generation }: { readonly generation: Generation }) {
  const { tags } = generation;
  const [adding, setAdding] = useState(false);
  const commit = (text: string) => {
    const added = text
      .split(',')
      .map((one) => tagSchema.safeParse(one).data)
      .filter((one) => one !== undefined);
    const next = [...new Set([...tags, ...added])].slice(0, LIMITS.tagsPerEntry);
    if (next.length !== tags.length) void setTags(generation, next);
  };
  return (
    <span className={classes.tags}>
      {tags.map((tag) => (
        <span key={tag} className={classes.tag}>
          <span className="ellipsis" title={tag}>
            {tag}
          </span>
          <button
            type="button"
            aria-label={`Remove the tag ${tag}`}
            onClick={() =>
              void setTags(
                generation,
                tags.filter((one) => one !== tag),
              )
            }
          >
            <IconX size={11} />
          </button>
        </span>
      ))}
      {adding ? (
        <input
          className={classes.input}
          aria-label="New tag"
          placeholder="Tag"
          maxLength={LIMITS.tagCharacters}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
          autoFocus
          onBlur={(event) => {
            commit(event.currentTarget.value);
            setAdding(false);
          }}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Escape') {
              event.currentTarget.value = '';
              event.currentTarget.blur();
            }
            if (event.key === 'Enter') {
              commit(event.currentTarget.value);
              event.currentTarget.value = '';
            }
          }}
        />
      ) : (
        tags.length < LIMITS.tagsPerEntry && (
          <button type="button" className={classes.add} onClick={() => setAdding(true)}>
            <IconTag size={12} aria-hidden="true" />
            {tags.length === 0 ? 'Add tag' : 'Add'}
          </button>
        )
      )}
    </span>
  );
}
