import { toDioramaError } from '@diorama/contracts';
import { Button, Menu, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { client } from '../../app/api.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconAlertTriangle,
  IconDotsVertical,
  IconFolder,
  IconLayoutBoard,
  IconPencil,
  IconPhoto,
  IconPlus,
  IconStar,
  IconTag,
  IconThumbDown,
  IconTrash,
} from '../../ui/icons.ts';
import { useProjects } from '../projects/use-projects.ts';
import dialogClasses from './Dialogs.module.css';
import classes from './HistorySidebar.module.css';
import { reloadHistorySoon, useBoards, useFacets } from './history-data.ts';
import { EVERYTHING, type HistorySection, type HistoryView } from './history-view.ts';
import { StorageMeter } from './StorageMeter.tsx';

/** Long lists are folded; the search finds the rest. */
const SHOWN_FIRST = 8;

/** Leads to the parts of the history, and says how much is stored. */
export function HistorySidebar(props: {
  readonly view: HistoryView;
  readonly onChange: (view: HistoryView) => void;
}) {
  const { view } = props;
  const facets = useFacets().data;
  const projects = useProjects().data ?? [];
  const boards = useBoards().data ?? [];
  const [edited, setEdited] = useState<EditedBoard | null>(null);

  // Another part is looked at as a whole; only the order stays.
  const go = (section: HistorySection) => props.onChange({ ...EVERYTHING, sort: view.sort, section });
  const link = (section: HistorySection, label: string, icon: ReactNode, entries?: number) => (
    <Link
      key={'value' in section ? section.value : section.kind}
      label={label}
      icon={icon}
      {...(entries === undefined ? {} : { entries })}
      isCurrent={isSame(view.section, section)}
      onClick={() => go(section)}
    />
  );
  return (
    <nav className={classes.side} aria-label="Parts of the history">
      <div className={`${classes.parts} scroll`}>
        <ul className={classes.list}>
          {link({ kind: 'all' }, 'All', <IconPhoto size={15} />, facets?.total)}
          {link({ kind: 'starred' }, 'Starred', <IconStar size={15} />, facets?.favorites)}
          {link({ kind: 'rejected' }, 'Rejected', <IconThumbDown size={15} />, facets?.rejected)}
          {link({ kind: 'failed' }, 'Failed', <IconAlertTriangle size={15} />, facets?.failed)}
          {link({ kind: 'trash' }, 'Trash', <IconTrash size={15} />, facets?.trash)}
        </ul>
        <Group
          title="Projects"
          items={[
            ...projects.map((project) =>
              link(
                { kind: 'project', value: project.id },
                project.name,
                <IconFolder size={15} />,
                project.entries,
              ),
            ),
            ...(projects.length > 0
              ? [link({ kind: 'project', value: 'none' }, 'In no project', <IconFolder size={15} />)]
              : []),
          ]}
          empty="Images go to the project of their scene."
        />
        <Group
          title="Boards"
          action={
            <IconButton label="New board" size={22} onClick={() => setEdited({ kind: 'new' })}>
              <IconPlus size={14} />
            </IconButton>
          }
          items={boards.map((board) => (
            <Link
              key={board.id}
              label={board.name}
              icon={<IconLayoutBoard size={15} />}
              entries={board.entries}
              isCurrent={isSame(view.section, { kind: 'board', value: board.id })}
              onClick={() => go({ kind: 'board', value: board.id })}
              menu={
                <Menu position="bottom-end">
                  <Menu.Target>
                    <IconButton label={`Menu of ${board.name}`} size={22}>
                      <IconDotsVertical size={14} />
                    </IconButton>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item
                      leftSection={<IconPencil size={15} />}
                      onClick={() => setEdited({ kind: 'rename', board })}
                    >
                      Rename
                    </Menu.Item>
                    <Menu.Item
                      leftSection={<IconTrash size={15} />}
                      onClick={() =>
                        void deleteBoard(board).then(
                          () =>
                            isSame(view.section, { kind: 'board', value: board.id }) && go({ kind: 'all' }),
                        )
                      }
                    >
                      Delete board
                      <span className="menu-note">Its images stay in the history</span>
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              }
            />
          ))}
          empty="Collect images for a purpose: press B on them."
        />
        <Group
          title="Tags"
          items={(facets?.tags ?? []).map(({ tag, entries }) =>
            link({ kind: 'tag', value: tag }, tag, <IconTag size={15} />, entries),
          )}
          empty="Press T on images to tag them."
        />
      </div>
      <div className={classes.storage}>
        <StorageMeter onShowTrash={() => go({ kind: 'trash' })} />
      </div>
      {edited && <BoardNameDialog edited={edited} onClose={() => setEdited(null)} />}
    </nav>
  );
}

function isSame(a: HistorySection, b: HistorySection): boolean {
  return a.kind === b.kind && ('value' in a ? a.value : '') === ('value' in b ? b.value : '');
}

function Link(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly entries?: number;
  readonly isCurrent: boolean;
  readonly onClick: () => void;
  readonly menu?: ReactNode;
}) {
  return (
    <li className={classes.item}>
      <button
        type="button"
        className={classes.link}
        aria-current={props.isCurrent ? 'page' : undefined}
        title={props.label}
        onClick={props.onClick}
      >
        {props.icon}
        <span className="ellipsis">{props.label}</span>
        {props.entries !== undefined && (
          <span className={classes.entries}>{props.entries.toLocaleString('en')}</span>
        )}
      </button>
      {props.menu && <span className={classes.menu}>{props.menu}</span>}
    </li>
  );
}

function Group(props: {
  readonly title: string;
  readonly items: readonly ReactNode[];
  readonly empty: string;
  readonly action?: ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const { items } = props;
  const shown = isOpen ? items : items.slice(0, SHOWN_FIRST);
  return (
    <section className={classes.group}>
      <header>
        <h2>{props.title}</h2>
        {props.action}
      </header>
      {items.length === 0 ? (
        <p className={classes.empty}>{props.empty}</p>
      ) : (
        <ul className={classes.list}>
          {shown}
          {items.length > SHOWN_FIRST && (
            <li>
              <button
                type="button"
                className={classes.link}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                {isOpen ? 'Show fewer' : `Show all ${items.length}`}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

type EditedBoard =
  | { readonly kind: 'new' }
  | { readonly kind: 'rename'; readonly board: { readonly id: string; readonly name: string } };

function BoardNameDialog({
  edited,
  onClose,
}: {
  readonly edited: EditedBoard;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(edited.kind === 'rename' ? edited.board.name : '');
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    try {
      if (edited.kind === 'new') await client.createBoard({ body: { name } });
      else await client.renameBoard({ params: { id: edited.board.id }, body: { name } });
      reloadHistorySoon('filtered');
      onClose();
    } catch (thrown) {
      setError(toDioramaError(thrown).message);
    }
  };
  return (
    <Dialog onClose={onClose} title={edited.kind === 'new' ? 'New board' : 'Rename board'} size={360}>
      <form
        className={dialogClasses.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void save();
        }}
      >
        <TextInput
          label="Name"
          maxLength={80}
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus=""
        />
        <div className={dialogClasses.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={name.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

async function deleteBoard(board: { readonly id: string; readonly name: string }): Promise<void> {
  try {
    await client.deleteBoard({ params: { id: board.id } });
    notifications.show({ message: `The board ${board.name} is deleted. Its images stay in the history.` });
  } catch (thrown) {
    const { message, hint } = toDioramaError(thrown);
    notifications.show({ color: 'red', title: 'The board was not deleted', message: `${message} ${hint}` });
  }
  reloadHistorySoon();
}
