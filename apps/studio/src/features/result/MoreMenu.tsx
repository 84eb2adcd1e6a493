import type { Generation } from '@diorama/contracts';
import { Button, Menu } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconArrowsShuffle,
  IconBinaryTree2,
  IconBook2,
  IconBrandDiscord,
  IconColumns2,
  IconDots,
  IconFileDiff,
  IconWorldUpload,
} from '../../ui/icons.ts';
import { openDiscordShare, openPublish } from '../community/open-publish.ts';
import { compareSources } from '../compare/open-compare.ts';
import { openChanges, openLineage } from '../lineage/open-lineage.ts';
import { openSaveAsRecipe } from '../recipes/open-save-recipe.ts';
import classes from './MoreMenu.module.css';
import { RerunItems } from './RerunItems.tsx';
import { applySettings, settingsOf } from './restore-scene.ts';

/** What can be done with an entry and is done less often; failed and canceled ones have no picture to share. */
export function MoreMenu(props: {
  readonly generation: Generation;
  readonly image: number;
  readonly className?: string | undefined;
}) {
  const { generation, image } = props;
  const { id, request, outputs } = generation;
  const parent = request.lineage?.generation ?? null;
  const hasPicture = outputs.length > 0;
  return (
    <Menu position="top-end" width="max-content">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className={props.className ?? ''}
          title="More"
          leftSection={<IconDots size={16} />}
        >
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown ?? ''}>
        <Menu.Item
          leftSection={<IconAdjustmentsHorizontal size={15} />}
          onClick={() => void applySettings(settingsOf(generation, image), 'settings')}
        >
          Use settings
          <span className="menu-note">Everything in the panel, with the seed</span>
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowsShuffle size={15} />}
          onClick={() => void applySettings(settingsOf(generation, image), 'remix')}
        >
          Remix
          <span className="menu-note">The same with a new seed</span>
        </Menu.Item>
        <RerunItems generation={generation} />
        <Menu.Divider />
        {parent !== null && (
          <Menu.Item leftSection={<IconFileDiff size={15} />} onClick={() => openChanges(parent, id)}>
            What changed since the one before
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconBinaryTree2 size={15} />} onClick={() => openLineage(id)}>
          Lineage
        </Menu.Item>
        {hasPicture && (
          <>
            <Menu.Item
              leftSection={<IconColumns2 size={15} />}
              onClick={() =>
                compareSources([{ kind: 'viewport' }, { kind: 'output', generation: id, image }])
              }
            >
              Compare with the scene as it is now
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item leftSection={<IconWorldUpload size={15} />} onClick={() => openPublish(id, image)}>
              Publish
            </Menu.Item>
            <Menu.Item
              leftSection={<IconBrandDiscord size={15} />}
              onClick={() => openDiscordShare(id, image)}
            >
              Share to Discord
            </Menu.Item>
            <Menu.Item leftSection={<IconBook2 size={15} />} onClick={() => openSaveAsRecipe(id, image)}>
              Save as recipe
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
