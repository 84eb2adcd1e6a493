import type { Recipe } from '@diorama/contracts';
import { Button, Skeleton, TextInput, UnstyledButton } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconBook2, IconChevronRight, IconPhoto, IconSearch, IconSparkles } from '../../ui/icons.ts';
import { filterRecipes } from '../recipes/filter-recipes.ts';
import { RecipeLink } from '../recipes/RecipeCard.tsx';
import { showRecipes } from '../recipes/recipe-browser-state.ts';
import { useRecipes } from '../recipes/recipes-state.ts';
import { RecipeTrialProvider, useRecipeTrial } from '../recipes/TryRecipe.tsx';
import classes from './CommunityPanel.module.css';
import { showCommunity } from './community-route.ts';
import { useCommunitySettings, usePosts } from './community-state.ts';
import { DiscordInvite } from './DiscordInvite.tsx';
import { showGallery } from './gallery-state.ts';
import { LoadFault } from './LoadFault.tsx';
import { PostLink } from './PostCard.tsx';

const RECIPES_SHOWN = 4;
const POSTS_SHOWN = 6;
const THUMB_WIDTH_PX = 148;
const THUMB_HEIGHT_PX = 110;

/** A glance at the community beside the work: recipes for the scene, the newest images, the guide. */
export function CommunityPanel() {
  const [search, setSearch] = useState('');
  const words = search.trim();
  const settings = useCommunitySettings().data;
  return (
    <div className={`${classes.scroll} scroll`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          showGallery({ search: words });
        }}
      >
        <TextInput
          aria-label="Search the community"
          placeholder="Search recipes and images"
          leftSection={<IconSearch size={15} />}
          maxLength={200}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </form>
      <RecipeTrialProvider>
        <Recipes words={words} />
      </RecipeTrialProvider>
      <Newest words={words} />
      {words === '' && (
        <UnstyledButton
          className={classes.guide ?? ''}
          onClick={() => showCommunity({ section: 'guide', chapter: null })}
        >
          <IconBook2 size={20} stroke={1.6} />
          <span>
            <span className={classes.guideTitle}>Guide to good images</span>
            <span className={classes.text}>Light, materials, references, engines: with pictures</span>
          </span>
          <IconChevronRight size={16} />
        </UnstyledButton>
      )}
      <DiscordInvite settings={settings} />
    </div>
  );
}

function Section(props: {
  readonly title: string;
  readonly onAll: () => void;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={props.title}>
      <div className={classes.head}>
        <h2 className={classes.heading}>{props.title}</h2>
        <UnstyledButton className={classes.all ?? ''} onClick={props.onAll}>
          Show all
        </UnstyledButton>
      </div>
      {props.children}
    </section>
  );
}

function Recipes({ words }: { readonly words: string }) {
  const recipes = useRecipes();
  const shown = useMemo(() => {
    const found = filterRecipes(recipes.data ?? [], { search: words, tag: null, source: null });
    return (words === '' ? pickOfTheDay(found) : found).slice(0, RECIPES_SHOWN);
  }, [recipes.data, words]);
  return (
    <Section title="Recipes that run on your scene" onAll={() => showRecipes({ search: words })}>
      {recipes.isPending ? (
        <Skeleton height={150} />
      ) : recipes.isError && shown.length === 0 ? (
        <LoadFault
          title="The recipes could not be loaded"
          error={recipes.error}
          onRetry={() => void recipes.refetch()}
        />
      ) : shown.length === 0 ? (
        <p className={classes.text}>No recipe is found. Try other words.</p>
      ) : (
        <ul className={classes.recipes}>
          {shown.map((recipe) => (
            <RecipeTile key={recipe.id} recipe={recipe} />
          ))}
        </ul>
      )}
    </Section>
  );
}

const DAY_MS = 86_400_000;

/** Another few each day, so that one gets to know them. */
function pickOfTheDay(recipes: readonly Recipe[], now = Date.now()): readonly Recipe[] {
  if (recipes.length === 0) return recipes;
  const start = (Math.floor(now / DAY_MS) * RECIPES_SHOWN) % recipes.length;
  return [...recipes.slice(start), ...recipes.slice(0, start)];
}

function RecipeTile({ recipe }: { readonly recipe: Recipe }) {
  const trial = useRecipeTrial();
  return (
    <li className={classes.recipe}>
      <RecipeLink recipe={recipe} width={THUMB_WIDTH_PX} />
      <Button
        size="compact-xs"
        fullWidth
        leftSection={<IconSparkles size={13} />}
        aria-label={`Try ${recipe.content.title} on my scene`}
        title={trial?.outlookOf(recipe, {}).line}
        onClick={() => trial?.tryOut(recipe, {})}
      >
        Try
      </Button>
    </li>
  );
}

function Newest({ words }: { readonly words: string }) {
  const posts = usePosts({ sort: 'new', ...(words ? { q: words } : {}) }, { limit: POSTS_SHOWN });
  const items = posts.data?.pages[0]?.items ?? [];
  return (
    <Section title={words ? 'Images' : 'New in the gallery'} onAll={() => showGallery({ search: words })}>
      {posts.isPending ? (
        <Skeleton height={150} />
      ) : posts.isError && items.length === 0 ? (
        <LoadFault
          title="The gallery could not be loaded"
          error={posts.error}
          onRetry={() => void posts.refetch()}
        />
      ) : items.length === 0 ? (
        words ? (
          <p className={classes.text}>No image is found. Try other words.</p>
        ) : (
          <EmptyNote icon={<IconPhoto size={20} />} title="Nothing has been published here yet">
            Open one of your images and choose Publish. You decide what is shared with it.
          </EmptyNote>
        )
      ) : (
        <div className={classes.posts}>
          {items.map((post) => (
            <PostLink key={post.id} post={post} width={THUMB_WIDTH_PX} height={THUMB_HEIGHT_PX} />
          ))}
        </div>
      )}
    </Section>
  );
}
