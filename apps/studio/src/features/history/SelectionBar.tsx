import { Button, Menu } from '@mantine/core';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconCheck,
  IconColumns2,
  IconDotsVertical,
  IconDownload,
  IconFolder,
  IconLayoutBoard,
  IconRestore,
  IconStar,
  IconTag,
  IconThumbDown,
  IconTrash,
  IconTrashX,
  IconX,
} from '../../ui/icons.ts';
import { removeFromBoard } from './change-history.ts';
import type { HistoryColumns } from './history-columns.ts';
import type { HistoryCommand } from './history-commands.ts';
import { useBoards } from './history-data.ts';
import classes from './SelectionBar.module.css';
import { clear, type SelectionStore, selectAll } from './selection.ts';

interface Item {
  readonly command: HistoryCommand;
  readonly label: string;
  readonly key?: string;
  readonly Icon: typeof IconStar;
  /** Stays a button of its own where there is little room. */
  readonly isFirst?: boolean;
}

const ITEMS: readonly Item[] = [
  { command: 'star', label: 'Star', key: 'S', Icon: IconStar, isFirst: true },
  { command: 'reject', label: 'Reject', key: 'X', Icon: IconThumbDown, isFirst: true },
  { command: 'tag', label: 'Tag', key: 'T', Icon: IconTag },
  { command: 'board', label: 'Add to a board', key: 'B', Icon: IconLayoutBoard },
  { command: 'project', label: 'Move to a project', Icon: IconFolder },
  { command: 'download', label: 'Download as a zip', Icon: IconDownload, isFirst: true },
  { command: 'trash', label: 'Delete', key: 'Del', Icon: IconTrash, isFirst: true },
];

const TRASH_ITEMS: readonly Item[] = [
  { command: 'restore', label: 'Restore', Icon: IconRestore, isFirst: true },
  { command: 'purge', label: 'Delete for good', key: 'Del', Icon: IconTrashX, isFirst: true },
];

/** What can be done with everything that is selected. */
export function SelectionBar(props: {
  readonly selection: SelectionStore;
  readonly columns: HistoryColumns;
  readonly isTrash: boolean;
  /** The board that is looked at, to take entries off it. */
  readonly board: string | null;
  readonly isCompact: boolean;
  readonly onCommand: (command: HistoryCommand, seqs: readonly number[]) => void;
}) {
  const { selection, columns, isCompact } = props;
  const selected = useStore(selection, (state) => state.selected);
  const boards = useBoards();
  const board = boards.data?.find(({ id }) => id === props.board);
  const run = (command: HistoryCommand) => props.onCommand(command, [...selected]);
  const items = props.isTrash ? TRASH_ITEMS : ITEMS;
  const buttons = isCompact ? items.filter(({ isFirst }) => isFirst) : items;
  const inMenu = isCompact ? items.filter(({ isFirst }) => !isFirst) : [];
  const canCompare = !props.isTrash && selected.size >= 2 && selected.size <= 4;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected entries">
      <IconButton label="Select nothing" shortcut="Esc" onClick={() => selection.setState(clear)}>
        <IconX size={16} />
      </IconButton>
      <span className={classes.count} aria-live="polite">
        {selected.size.toLocaleString('en')} selected
      </span>
      {!isCompact && selected.size < columns.length && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconCheck size={13} />}
          onClick={() => selection.setState((state) => selectAll(state, columns))}
        >
          Select all {columns.length.toLocaleString('en')}
        </Button>
      )}
      <span className={classes.space} />
      {!props.isTrash && !isCompact && (
        <IconButton label="Compare 2 to 4" shortcut="C" disabled={!canCompare} onClick={() => run('compare')}>
          <IconColumns2 size={16} />
        </IconButton>
      )}
      {buttons.map(({ command, label, key, Icon }) => (
        <IconButton
          key={command}
          label={label}
          {...(key ? { shortcut: key } : {})}
          onClick={() => run(command)}
        >
          <Icon size={16} />
        </IconButton>
      ))}
      {(inMenu.length > 0 || board) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <IconButton label="More">
              <IconDotsVertical size={16} />
            </IconButton>
          </Menu.Target>
          <Menu.Dropdown>
            {isCompact && (
              <>
                <Menu.Item
                  leftSection={<IconColumns2 size={15} />}
                  disabled={!canCompare}
                  onClick={() => run('compare')}
                >
                  Compare 2 to 4
                </Menu.Item>
                {inMenu.map(({ command, label, Icon }) => (
                  <Menu.Item key={command} leftSection={<Icon size={15} />} onClick={() => run(command)}>
                    {label}
                  </Menu.Item>
                ))}
                {selected.size < columns.length && (
                  <Menu.Item
                    leftSection={<IconCheck size={15} />}
                    onClick={() => selection.setState((state) => selectAll(state, columns))}
                  >
                    Select all {columns.length.toLocaleString('en')}
                  </Menu.Item>
                )}
              </>
            )}
            {board && (
              <Menu.Item
                leftSection={<IconLayoutBoard size={15} />}
                onClick={() => void removeFromBoard([...selected], board)}
              >
                Take off {board.name}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
