import { UnstyledButton } from '@mantine/core';
import { lazy } from 'react';
import { FullPage } from '../../ui/FullPage.tsx';
import { IconBook2, IconNotebook, IconPhoto, IconSettings, IconShieldCheck } from '../../ui/icons.ts';
import { Lazily } from '../../ui/Lazily.tsx';
import { RecipeDrop } from '../recipes/RecipeDrop.tsx';
import classes from './CommunityPage.module.css';
import { type CommunityRoute, showCommunity, useCommunityRoute } from './community-route.ts';
import { useCommunitySettings } from './community-state.ts';
import { DiscordInvite } from './DiscordInvite.tsx';
import { Gallery } from './Gallery.tsx';

const PostView = lazy(() => import('./PostView.tsx').then((m) => ({ default: m.PostView })));
const RecipeBrowser = lazy(() =>
  import('../recipes/RecipeBrowser.tsx').then((m) => ({ default: m.RecipeBrowser })),
);
const RecipeView = lazy(() => import('../recipes/RecipeView.tsx').then((m) => ({ default: m.RecipeView })));
const Guide = lazy(() => import('../guide/Guide.tsx').then((m) => ({ default: m.Guide })));
const Moderation = lazy(() => import('./Moderation.tsx').then((m) => ({ default: m.Moderation })));
const CommunitySettingsForm = lazy(() =>
  import('./CommunitySettingsForm.tsx').then((m) => ({ default: m.CommunitySettingsForm })),
);

interface SectionLink {
  readonly label: string;
  readonly Icon: typeof IconPhoto;
  readonly to: CommunityRoute;
  /** Sections of the address that belong to it. */
  readonly holds: readonly CommunityRoute['section'][];
}

const SECTIONS: readonly SectionLink[] = [
  { label: 'Gallery', Icon: IconPhoto, to: { section: 'gallery' }, holds: ['gallery', 'post'] },
  { label: 'Recipes', Icon: IconNotebook, to: { section: 'recipes' }, holds: ['recipes', 'recipe'] },
  { label: 'Guide', Icon: IconBook2, to: { section: 'guide', chapter: null }, holds: ['guide'] },
];

const OWNER_SECTIONS: readonly SectionLink[] = [
  {
    label: 'Moderation',
    Icon: IconShieldCheck,
    to: { section: 'moderation', tab: 'waiting' },
    holds: ['moderation'],
  },
  { label: 'Settings', Icon: IconSettings, to: { section: 'settings' }, holds: ['settings'] },
];

/** Gallery, recipes and guide; for owners of the server moderation and settings as well. */
export function CommunityPage() {
  const route = useCommunityRoute() ?? { section: 'gallery' };
  const settings = useCommunitySettings().data;
  const waiting = settings ? settings.waiting.posts + settings.waiting.reports : 0;
  const sections = settings?.may.moderate ? [...SECTIONS, ...OWNER_SECTIONS] : SECTIONS;
  return (
    <FullPage
      title="Community"
      bar={
        <>
          <nav className={classes.nav} aria-label="Sections of the community">
            {sections.map(({ label, Icon, to, holds }) => (
              <UnstyledButton
                key={label}
                className={classes.navItem ?? ''}
                aria-current={holds.includes(route.section) ? 'page' : undefined}
                data-autofocus={holds.includes(route.section) || undefined}
                onClick={() => showCommunity(to)}
              >
                <Icon size={16} stroke={1.7} aria-hidden="true" />
                <span>{label}</span>
                {label === 'Moderation' && waiting > 0 && (
                  <span className={classes.count}>
                    {waiting}
                    <span className="visually-hidden"> waiting</span>
                  </span>
                )}
              </UnstyledButton>
            ))}
          </nav>
          <span className={classes.push} />
          <DiscordInvite settings={settings} />
        </>
      }
    >
      <RecipeDrop>
        <Lazily key={route.section}>
          <Section route={route} />
        </Lazily>
      </RecipeDrop>
    </FullPage>
  );
}

function Section({ route }: { readonly route: CommunityRoute }) {
  switch (route.section) {
    case 'gallery':
      return <Gallery />;
    case 'post':
      return <PostView key={route.id} id={route.id} />;
    case 'recipes':
      return <RecipeBrowser />;
    case 'recipe':
      return <RecipeView key={route.id} id={route.id} />;
    case 'guide':
      return <Guide chapter={route.chapter} />;
    case 'moderation':
      return <Moderation tab={route.tab} />;
    case 'settings':
      return <CommunitySettingsForm />;
  }
}
