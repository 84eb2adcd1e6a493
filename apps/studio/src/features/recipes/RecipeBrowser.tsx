import type { Recipe } from '@diorama/contracts';
import { Button, Menu, SegmentedControl, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconChevronDown, IconFileImport, IconNotebook, IconPlus, IconSearch } from '../../ui/icons.ts';
import { LoadFault } from '../community/LoadFault.tsx';
import { useCommunityViewer } from '../community/use-community-viewer.ts';
import { filterRecipes, tagsOf } from './filter-recipes.ts';
import { useRecipeImport } from './import-store.ts';
import { openSavePanelAsRecipe } from './open-save-recipe.ts';
import classes from './RecipeBrowser.module.css';
import { RecipeCard } from './RecipeCard.tsx';
import { ALL_RECIPES, useRecipeFilter } from './recipe-browser-state.ts';
import { useRecipes } from './recipes-state.ts';
import { RecipeTrialProvider } from './TryRecipe.tsx';

const SOURCES: readonly { value: Recipe['source'] | 'all'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'starter', label: 'With Diorama' },
  { value: 'shared', label: 'Shared here' },
  { value: 'own', label: 'Mine' },
];
const TAGS_SHOWN = 14;

/** Every recipe that one may see. */
export function RecipeBrowser() {
  const recipes = useRecipes();
  const filter = useRecipeFilter();
  const { signedIn } = useCommunityViewer();
  const all = useMemo(() => recipes.data ?? [], [recipes.data]);
  const found = useMemo(() => filterRecipes(all, filter), [all, filter]);
  const tags = useMemo(() => tagsOf(all), [all]);
  const shownTags = tags.slice(0, TAGS_SHOWN);
  const sources = signedIn ? SOURCES : SOURCES.filter(({ value }) => value !== 'own');

  return (
    <div className={`${classes.page} scroll`}>
      <div className={classes.tools}>
        <TextInput
          className={classes.search ?? ''}
          aria-label="Search recipes"
          placeholder="Search recipes"
          leftSection={<IconSearch size={15} />}
          value={filter.search}
          maxLength={200}
          onChange={(event) => useRecipeFilter.setState({ search: event.currentTarget.value })}
        />
        <SegmentedControl
          className={classes.sources ?? ''}
          aria-label="Where recipes are from"
          data={[...sources]}
          value={filter.source ?? 'all'}
          onChange={(value) =>
            useRecipeFilter.setState({ source: value === 'all' ? null : (value as Recipe['source']) })
          }
        />
        <span className={classes.push} />
        {signedIn && <AddMenu />}
      </div>
      {tags.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset does not wrap its content in every browser
        <div className={classes.tags} role="group" aria-label="Tags">
          {shownTags.map(({ tag, count }) => (
            <Tag key={tag} tag={tag} count={count} chosen={filter.tag} />
          ))}
          {filter.tag !== null && !shownTags.some(({ tag }) => tag === filter.tag) && (
            <Tag
              tag={filter.tag}
              count={tags.find(({ tag }) => tag === filter.tag)?.count ?? 0}
              chosen={filter.tag}
            />
          )}
          {tags.length > TAGS_SHOWN && (
            <Menu position="bottom-end">
              <Menu.Target>
                <UnstyledButton className={classes.tag ?? ''}>
                  More <IconChevronDown size={13} />
                </UnstyledButton>
              </Menu.Target>
              <Menu.Dropdown className={`${classes.moreTags} scroll`}>
                {tags.slice(TAGS_SHOWN).map(({ tag, count }) => (
                  <Menu.Item key={tag} onClick={() => useRecipeFilter.setState({ tag })} rightSection={count}>
                    <bdi>{tag}</bdi>
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
      {recipes.isPending ? (
        <Loading />
      ) : recipes.isError && all.length === 0 ? (
        <LoadFault
          title="The recipes could not be loaded"
          error={recipes.error}
          onRetry={() => void recipes.refetch()}
        />
      ) : found.length === 0 ? (
        <Nothing source={filter.source} searched={filter.search.trim() !== '' || filter.tag !== null} />
      ) : (
        <RecipeTrialProvider>
          <ul className={classes.grid} aria-label="Recipes">
            {found.map((recipe) => (
              <RecipeCard key={recipe.id} recipe={recipe} />
            ))}
          </ul>
        </RecipeTrialProvider>
      )}
    </div>
  );
}

function Tag(props: { readonly tag: string; readonly count: number; readonly chosen: string | null }) {
  const isChosen = props.chosen === props.tag;
  return (
    <UnstyledButton
      className={classes.tag ?? ''}
      aria-pressed={isChosen}
      onClick={() => useRecipeFilter.setState({ tag: isChosen ? null : props.tag })}
    >
      <bdi>{props.tag}</bdi>
      <span className={classes.tagCount}>{props.count}</span>
    </UnstyledButton>
  );
}

function AddMenu() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Choose a recipe file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) useRecipeImport.setState({ file });
          event.currentTarget.value = '';
        }}
      />
      <Button size="xs" leftSection={<IconFileImport size={15} />} onClick={() => input.current?.click()}>
        Import
      </Button>
      <Button size="xs" leftSection={<IconPlus size={15} />} onClick={openSavePanelAsRecipe}>
        Save the panel as recipe
      </Button>
    </>
  );
}

function Loading() {
  return (
    <div className={classes.grid} role="status" aria-label="Loading the recipes">
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the boxes have no identity but their place
        <Skeleton key={index} height={280} />
      ))}
    </div>
  );
}

function Nothing(props: { readonly source: Recipe['source'] | null; readonly searched: boolean }) {
  if (!props.searched && props.source === 'own')
    return (
      <EmptyNote
        icon={<IconNotebook size={20} />}
        title="You have no recipes yet"
        action={<Button onClick={openSavePanelAsRecipe}>Save the panel as recipe</Button>}
      >
        A recipe keeps prompt and settings, with blanks for what changes from scene to scene.
      </EmptyNote>
    );
  if (!props.searched && props.source === 'shared')
    return (
      <EmptyNote icon={<IconNotebook size={20} />} title="Nobody has shared a recipe here yet">
        Share one of yours: open it and choose Share with everyone here.
      </EmptyNote>
    );
  return (
    <EmptyNote
      icon={<IconSearch size={20} />}
      title="No recipe is found"
      action={<Button onClick={() => useRecipeFilter.setState(ALL_RECIPES)}>Show all</Button>}
    >
      Try other words, another tag, or all sources.
    </EmptyNote>
  );
}
