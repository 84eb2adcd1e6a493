import { Kbd, Menu, useMantineColorScheme } from '@mantine/core';
import { lazy, useState } from 'react';
import { AccountButton } from '../features/account/AccountButton.tsx';
import { useIsServerOwner } from '../features/account/session-state.ts';
import { showEngines } from '../features/engines/engines-route.ts';
import { AddMenuItems } from '../features/import/AddMenu.tsx';
import { showProjects, useProjectsShown } from '../features/projects/projects-shown.ts';
import { saveProject } from '../features/projects/save-project.ts';
import { titleOf } from '../features/result/result-words.ts';
import { redo, runCommand, undo, useScene } from '../features/scene/scene-store.ts';
import { ViewMenu } from '../features/viewport/ViewMenu.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCheck,
  IconChevronDown,
  IconDeviceDesktop,
  IconDeviceFloppy,
  IconFolder,
  IconKeyboard,
  IconLayoutSidebar,
  IconLayoutSidebarRight,
  IconMoon,
  IconPlugConnected,
  IconSun,
} from '../ui/icons.ts';
import { Lazily } from '../ui/Lazily.tsx';
import { Logo } from '../ui/Logo.tsx';
import { keys } from '../ui/platform.ts';
import { useActiveGenerations } from './server-state.ts';
import classes from './TopBar.module.css';
import { showGeneration, useView } from './view-store.ts';

const ProjectsDialog = lazy(() =>
  import('../features/projects/ProjectsDialog.tsx').then((m) => ({ default: m.ProjectsDialog })),
);

export function TopBar() {
  const { canUndo, canRedo, undoLabel, redoLabel } = useScene();
  const leftOpen = useView((state) => state.leftOpen);
  const rightOpen = useView((state) => state.rightOpen);
  const isServerOwner = useIsServerOwner();
  return (
    <header className={classes.bar}>
      <div className={classes.start}>
        <span className={classes.brand}>
          <Logo />
          <span className={classes.word}>Diorama</span>
        </span>
        <SceneName />
        <IconButton
          label={canUndo && undoLabel ? `Undo: ${undoLabel}` : 'Undo'}
          shortcut={keys('Ctrl+Z')}
          disabled={!canUndo}
          onClick={() => void undo()}
        >
          <IconArrowBackUp size={18} stroke={1.7} />
        </IconButton>
        <IconButton
          label={canRedo && redoLabel ? `Redo: ${redoLabel}` : 'Redo'}
          shortcut={keys('Ctrl+Shift+Z')}
          disabled={!canRedo}
          onClick={() => void redo()}
        >
          <IconArrowForwardUp size={18} stroke={1.7} />
        </IconButton>
      </div>
      <div className={classes.middle}>
        <ViewMenu />
      </div>
      <div className={classes.end}>
        <RunningJobs />
        {isServerOwner && (
          <IconButton label="Engines" onClick={() => showEngines()}>
            <IconPlugConnected size={18} stroke={1.7} />
          </IconButton>
        )}
        <IconButton
          label="Keyboard shortcuts"
          shortcut="?"
          onClick={() => useView.setState({ helpOpen: true })}
        >
          <IconKeyboard size={18} stroke={1.7} />
        </IconButton>
        <ThemeMenu />
        <AccountButton />
        <span className={classes.divider} />
        <IconButton
          label={leftOpen ? 'Hide scene panel' : 'Show scene panel'}
          active={leftOpen}
          onClick={() => useView.setState({ leftOpen: !leftOpen })}
        >
          <IconLayoutSidebar size={18} stroke={1.7} />
        </IconButton>
        <IconButton
          label={rightOpen ? 'Hide image panel' : 'Show image panel'}
          active={rightOpen}
          onClick={() => useView.setState({ rightOpen: !rightOpen })}
        >
          <IconLayoutSidebarRight size={18} stroke={1.7} />
        </IconButton>
      </div>
    </header>
  );
}

function SceneName() {
  const name = useScene((state) => state.document.name);
  const [editing, setEditing] = useState(false);
  const projectsShown = useProjectsShown((state) => state.isShown);
  const commit = (text: string) => {
    setEditing(false);
    const trimmed = text.trim().slice(0, 256);
    if (trimmed && trimmed !== name) runCommand({ type: 'rename-scene', name: trimmed });
  };
  return (
    <div className={classes.scene}>
      {editing ? (
        <input
          className={classes.nameInput}
          aria-label="Scene name"
          defaultValue={name}
          maxLength={256}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => commit(event.currentTarget.value)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') setEditing(false);
          }}
        />
      ) : (
        <button type="button" className={classes.name} title="Rename scene" onClick={() => setEditing(true)}>
          <span className="ellipsis">{name || 'Untitled'}</span>
        </button>
      )}
      <Menu>
        <Menu.Target>
          <IconButton label="Scene menu" size={24}>
            <IconChevronDown size={15} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFolder size={15} />} onClick={showProjects}>
            Projects…
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDeviceFloppy size={15} />}
            rightSection={<Kbd size="xs">{keys('Ctrl+S')}</Kbd>}
            onClick={() => void saveProject()}
          >
            Save project
          </Menu.Item>
          <Menu.Divider />
          <AddMenuItems withNew />
        </Menu.Dropdown>
      </Menu>
      {projectsShown && (
        <Lazily>
          <ProjectsDialog />
        </Lazily>
      )}
    </div>
  );
}

/** What is being made right now, wherever one is looking. */
function RunningJobs() {
  const active = useActiveGenerations();
  if (active.length === 0) return null;
  const running = active.filter(({ status }) => status === 'running').length;
  const waiting = active.length - running;
  const label = [running > 0 ? `${running} running` : null, waiting > 0 ? `${waiting} waiting` : null]
    .filter(Boolean)
    .join(', ');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.jobs}>
          <i aria-hidden="true" />
          {label}
          <IconChevronDown size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {active.map((generation) => (
          <Menu.Item
            key={generation.id}
            onClick={() => showGeneration(generation.id)}
            rightSection={
              <span className={classes.percent}>
                {generation.status === 'running'
                  ? `${Math.round(generation.progress.fraction * 100)} %`
                  : 'Waiting'}
              </span>
            }
          >
            <span className={`${classes.jobTitle} ellipsis`}>{titleOf(generation)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = [
  { value: 'dark', label: 'Dark', Icon: IconMoon },
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'auto', label: 'Like the system', Icon: IconDeviceDesktop },
] as const;

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = SCHEMES.find(({ value }) => value === colorScheme)!.Icon;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton label="Theme">
          <Current size={18} stroke={1.7} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} />}
            rightSection={value === colorScheme ? <IconCheck size={14} /> : null}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
