import { LIMITS } from '@diorama/contracts';
import { Button, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconX } from '../../ui/icons.ts';
import { changeTags, entriesInWords } from './change-history.ts';
import classes from './Dialogs.module.css';
import { cards, useFacets } from './history-data.ts';

/** Adds tags to entries, and takes tags off that they have. */
export function TagDialog({
  seqs,
  onClose,
}: {
  readonly seqs: readonly number[];
  readonly onClose: () => void;
}) {
  const facets = useFacets();
  const [present] = useState(() => tagsOf(seqs));
  const [add, setAdd] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  const [remove, setRemove] = useState<string[]>([]);
  const [listOpened, setListOpened] = useState(false);
  // Suggestions only while one types: an open list would lie over the buttons.
  const suggestions = typed.trim() === '' ? [] : (facets.data?.tags.map(({ tag }) => tag) ?? []);
  const tooMany = add.length > LIMITS.tagsPerEntry;
  const save = () => {
    onClose();
    if (add.length > 0 || remove.length > 0) void changeTags(seqs, { add, remove });
  };
  return (
    <Dialog onClose={onClose} title={`Tag ${entriesInWords(seqs.length)}`} size={440}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TagsInput
          label="Add tags"
          description="Enter or a comma ends a tag."
          placeholder="night, client a, final"
          data={suggestions}
          // A list without anything in it would still take the Escape that is for the dialog.
          dropdownOpened={listOpened && suggestions.length > 0}
          onDropdownOpen={() => setListOpened(true)}
          onDropdownClose={() => setListOpened(false)}
          searchValue={typed}
          onSearchChange={setTyped}
          value={add}
          onChange={(tags) => setAdd([...new Set(tags.map(plainTag).filter(Boolean))])}
          acceptValueOnBlur
          maxDropdownHeight={180}
          error={tooMany ? `An entry can have ${LIMITS.tagsPerEntry} tags.` : undefined}
          data-autofocus=""
        />
        {present.length > 0 && (
          <fieldset className={classes.group}>
            <legend>On them now</legend>
            {present.map(({ tag, count }) => {
              const isRemoved = remove.includes(tag);
              return (
                <button
                  key={tag}
                  type="button"
                  className={classes.chip}
                  data-off={isRemoved || undefined}
                  aria-pressed={isRemoved}
                  aria-label={`Take off ${tag}`}
                  onClick={() =>
                    setRemove(isRemoved ? remove.filter((one) => one !== tag) : [...remove, tag])
                  }
                >
                  {tag}
                  {seqs.length > 1 && <span>{count}</span>}
                  <IconX size={12} />
                </button>
              );
            })}
          </fieldset>
        )}
        <div className={classes.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={tooMany}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** As the server keeps them. */
function plainTag(tag: string): string {
  return tag.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ').slice(0, LIMITS.tagCharacters);
}

/** The tags of the entries that were looked at, most frequent first. */
function tagsOf(seqs: readonly number[]): { tag: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const seq of seqs) {
    const card = cards.get(seq);
    if (card && card !== 'gone') for (const tag of card.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count);
}
