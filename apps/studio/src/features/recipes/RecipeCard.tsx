import type { Recipe } from '@diorama/contracts';
import { Button, Tooltip } from '@mantine/core';
import { pageHash } from '../../app/page-route.ts';
import { IconNotebook, IconSparkles } from '../../ui/icons.ts';
import { communityPath, showCommunity } from '../community/community-route.ts';
import { pictureUrl } from '../community/picture-url.ts';
import { UserText } from '../community/UserText.tsx';
import classes from './RecipeCard.module.css';
import { sourceName } from './recipe-words.ts';
import { useRecipeTrial } from './TryRecipe.tsx';

/** A recipe in the list: the card leads to it, the button tries it at once. */
export function RecipeCard({ recipe }: { readonly recipe: Recipe }) {
  const { content } = recipe;
  return (
    <li className={classes.card}>
      <RecipeLink recipe={recipe} width={320} />
      <p className={classes.about}>
        <UserText>{content.description || content.prompt}</UserText>
      </p>
      <div className={classes.foot}>
        <span className={`${classes.source} ellipsis`}>
          {recipe.source === 'starter' ? (
            sourceName(recipe)
          ) : (
            <UserText>{content.author || sourceName(recipe)}</UserText>
          )}
        </span>
        <TryButton recipe={recipe} />
      </div>
    </li>
  );
}

function TryButton({ recipe }: { readonly recipe: Recipe }) {
  const trial = useRecipeTrial();
  if (!trial) return null;
  const { line } = trial.outlookOf(recipe, {});
  return (
    <Tooltip label={line} disabled={line === ''} openDelay={200}>
      <Button
        size="compact-sm"
        leftSection={<IconSparkles size={14} />}
        aria-label={`Try ${recipe.content.title} on my scene`}
        onClick={() => trial.tryOut(recipe, {})}
      >
        Try on my scene
      </Button>
    </Tooltip>
  );
}

/** Picture and title of a recipe; leads to it. */
export function RecipeLink(props: { readonly recipe: Recipe; readonly width: number }) {
  const { recipe, width } = props;
  const to = { section: 'recipe', id: recipe.id } as const;
  const source = recipe.pictureUrl === null ? undefined : pictureUrl(recipe.pictureUrl, width);
  return (
    <a
      className={classes.link}
      href={pageHash({ page: 'community', path: communityPath(to) })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        showCommunity(to);
      }}
    >
      <span className={classes.frame}>
        {source ? (
          <img src={source} alt="" loading="lazy" decoding="async" draggable={false} />
        ) : (
          <IconNotebook size={28} stroke={1.3} aria-hidden="true" />
        )}
      </span>
      <span className={classes.title}>
        <UserText>{recipe.content.title}</UserText>
      </span>
    </a>
  );
}
