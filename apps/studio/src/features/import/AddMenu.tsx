import { Menu } from '@mantine/core';
import { IconFileImport, IconFolderOpen, IconPlus } from '../../ui/icons.ts';
import { chooseFiles } from './choose-files.ts';
import { newScene, openSample } from './open-scene.ts';
import { useSamples } from './samples.ts';

/** What can be brought in; shared by the scene's menu and the tree's plus button. */
export function AddMenuItems({ withNew = false }: { readonly withNew?: boolean }) {
  const samples = useSamples();
  return (
    <>
      {withNew && (
        <Menu.Item leftSection={<IconPlus size={15} />} onClick={newScene}>
          New empty scene
        </Menu.Item>
      )}
      <Menu.Item leftSection={<IconFileImport size={15} />} onClick={() => chooseFiles('files')}>
        Import model…
        <span className="menu-note">GLB, or glTF with its files</span>
      </Menu.Item>
      <Menu.Item leftSection={<IconFolderOpen size={15} />} onClick={() => chooseFiles('folder')}>
        Import folder…
      </Menu.Item>
      {samples.data && samples.data.length > 0 && (
        <>
          <Menu.Divider />
          <Menu.Label>Open a sample</Menu.Label>
          {samples.data.map((sample) => (
            <Menu.Item key={sample.id} onClick={() => void openSample(sample)}>
              {sample.name}
            </Menu.Item>
          ))}
        </>
      )}
    </>
  );
}
