import { GUIDE, type GuidePicture, type GuideSection } from '@diorama/recipes';
import { Button, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { pageHash } from '../../app/page-route.ts';
import { IconCheck, IconChevronLeft, IconChevronRight, IconNotebook, IconX } from '../../ui/icons.ts';
import { communityPath, showCommunity } from '../community/community-route.ts';
import { useCommunityViewer } from '../community/use-community-viewer.ts';
import { usePanel } from '../generate/panel-store.ts';
import { replacementOf } from '../import/open-scene.ts';
import { showFilledPanel } from '../recipes/apply-recipe.ts';
import { RecipeLink } from '../recipes/RecipeCard.tsx';
import { showRecipes } from '../recipes/recipe-browser-state.ts';
import { useRecipes } from '../recipes/recipes-state.ts';
import { currentDocument, runCommand } from '../scene/scene-store.ts';
import { currentPanel } from '../scene/surroundings.ts';
import classes from './Guide.module.css';
import { guidePictureUrl } from './guide-picture-url.ts';
import { guideText, plainText } from './guide-text.ts';
import { recipesFor } from './related-recipes.ts';

/** Chapters on how to make good images, with pictures made by the built-in engine. */
export function Guide({ chapter }: { readonly chapter: string | null }) {
  const index = Math.max(
    0,
    GUIDE.findIndex(({ id }) => id === chapter),
  );
  const section = GUIDE[index];
  const scroller = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chapter is read from its beginning
  useEffect(() => {
    // In braces: in newer browsers it returns a promise, which an effect must not hand on as its end.
    scroller.current?.scrollTo(0, 0);
  }, [chapter]);
  if (!section) return null;
  return (
    <div className={classes.page}>
      <nav className={`${classes.contents} scroll`} aria-label="Chapters of the guide">
        <ol>
          {GUIDE.map((one) => (
            <li key={one.id}>
              <ChapterLink section={one} isCurrent={one === section} />
            </li>
          ))}
        </ol>
      </nav>
      <div ref={scroller} className={`${classes.scroll} scroll`}>
        <article className={classes.article}>
          <Chapter section={section} />
          <Related section={section} />
          <Neighbours before={GUIDE[index - 1]} after={GUIDE[index + 1]} />
        </article>
      </div>
    </div>
  );
}

function ChapterLink({
  section,
  isCurrent,
}: {
  readonly section: GuideSection;
  readonly isCurrent: boolean;
}) {
  const to = { section: 'guide', chapter: section.id } as const;
  return (
    <a
      className={classes.chapter}
      aria-current={isCurrent ? 'page' : undefined}
      href={pageHash({ page: 'community', path: communityPath(to) })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        showCommunity(to);
      }}
    >
      {section.title}
    </a>
  );
}

function Chapter({ section }: { readonly section: GuideSection }) {
  const { table } = section;
  return (
    <>
      <h2 className={classes.title}>{section.title}</h2>
      {section.paragraphs.map((text) => (
        <p key={text}>
          <Words text={text} />
        </p>
      ))}
      {section.pictures.length > 0 && (
        <div className={classes.pictures}>
          {section.pictures.map((picture) => (
            <Picture key={picture.fileName} picture={picture} />
          ))}
        </div>
      )}
      {table && (
        <div className={classes.tableBox}>
          <table className={classes.table}>
            <thead>
              <tr>
                {table.head.map((head) => (
                  <th key={head} scope="col">
                    <Words text={head} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={row.join(' ')}>
                  {row.map((cell, at) => (
                    <td key={`${table.head[at]} ${cell}`}>
                      <Words text={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {section.pairs.map((pair) => (
        <div key={pair.do} className={classes.pair}>
          <p className={classes.do}>
            <IconCheck size={15} aria-hidden="true" />
            <span>
              <span className="visually-hidden">Do: </span>
              <Words text={pair.do} />
            </span>
          </p>
          <p className={classes.dont}>
            <IconX size={15} aria-hidden="true" />
            <span>
              <span className="visually-hidden">Do not: </span>
              <Words text={pair.dont} />
            </span>
          </p>
          <p className={classes.why}>
            <Words text={pair.why} />
          </p>
        </div>
      ))}
      {section.tips.length > 0 && (
        <>
          <h3 className={classes.subtitle}>Good to know</h3>
          <ul className={classes.tips}>
            {section.tips.map((tip) => (
              <li key={tip}>
                <Words text={tip} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Words({ text }: { readonly text: string }) {
  return guideText(text).map((piece, index) =>
    piece.isCode ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no identity but their place
      <code key={index} className={classes.code}>
        {piece.text}
      </code>
    ) : (
      piece.text
    ),
  );
}

function Picture({ picture }: { readonly picture: GuidePicture }) {
  const { signedIn } = useCommunityViewer();
  const { made } = picture;
  return (
    <figure className={classes.figure}>
      <img
        src={guidePictureUrl(picture)}
        alt={plainText(picture.caption)}
        width={picture.width}
        height={picture.height}
        loading="lazy"
        decoding="async"
      />
      <figcaption>
        <Words text={picture.caption} />
        {signedIn && made.kind === 'render' && made.reference === null && made.prompt !== '' && (
          <UnstyledButton className={classes.use ?? ''} onClick={() => putPrompt(made.prompt)}>
            Use this prompt
          </UnstyledButton>
        )}
      </figcaption>
    </figure>
  );
}

/** Puts words into the panel, as a step that can be undone. */
function putPrompt(prompt: string): void {
  const label = 'Prompt of the guide';
  const panel = currentPanel();
  runCommand(replacementOf(currentDocument(), label), { label, surroundings: { panel } });
  usePanel.setState({ prompt });
  showFilledPanel();
  if (panel.prompt.trim() && panel.prompt !== prompt)
    notifications.show({ message: 'The prompt was replaced. Undo brings back the one before.' });
}

function Related({ section }: { readonly section: GuideSection }) {
  const recipes = useRecipes();
  const related = recipesFor(section.id, recipes.data ?? []);
  if (related.length === 0) return null;
  return (
    <section aria-labelledby="related-heading">
      <h3 id="related-heading" className={classes.subtitle}>
        Try these recipes
      </h3>
      <div className={classes.related}>
        {related.map((recipe) => (
          <RecipeLink key={recipe.id} recipe={recipe} width={200} />
        ))}
      </div>
      <Button size="xs" mt={12} leftSection={<IconNotebook size={15} />} onClick={() => showRecipes()}>
        All recipes
      </Button>
    </section>
  );
}

function Neighbours(props: {
  readonly before: GuideSection | undefined;
  readonly after: GuideSection | undefined;
}) {
  const { before, after } = props;
  return (
    <nav className={classes.neighbours} aria-label="Chapters before and after">
      {before ? (
        <Button
          leftSection={<IconChevronLeft size={15} />}
          onClick={() => showCommunity({ section: 'guide', chapter: before.id })}
        >
          {before.title}
        </Button>
      ) : (
        <span />
      )}
      {after && (
        <Button
          rightSection={<IconChevronRight size={15} />}
          onClick={() => showCommunity({ section: 'guide', chapter: after.id })}
        >
          {after.title}
        </Button>
      )}
    </nav>
  );
}
