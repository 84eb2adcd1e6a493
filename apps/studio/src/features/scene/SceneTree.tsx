import { Menu } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconBulb,
  IconChevronRight,
  IconCube,
  IconEye,
  IconEyeOff,
  IconPlus,
  IconStack2,
  IconTrash,
} from '../../ui/icons.ts';
import { Panel } from '../../ui/Panel.tsx';
import { AddMenuItems } from '../import/AddMenu.tsx';
import classes from './SceneTree.module.css';
import { deleteSelected, runCommand, select, selectNode, useScene } from './scene-store.ts';
import { rangeBetween, revealed, type TreeRow, treeRows } from './tree-rows.ts';

const ROW_HEIGHT_PX = 28;

export function SceneTree() {
  const document = useScene((state) => state.document);
  const selection = useScene((state) => state.selection);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() => new Set());
  const [renaming, setRenaming] = useState<string | null>(null);
  const rows = useMemo(() => treeRows(document, collapsed), [document, collapsed]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT_PX,
    // Ordinary scenes are in the page as a whole, for screen readers and for finding by name.
    overscan: 200,
  });
  const current = selection.at(-1);

  useEffect(() => {
    if (current === undefined) return;
    setCollapsed((before) => revealed(useScene.getState().document, before, current));
  }, [current]);
  // Only a new selection scrolls: scrolling after every edit would take the list away under the pointer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const index = rows.findIndex(({ node }) => node.id === current);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [current]);

  const setExpanded = (id: string, expanded: boolean) =>
    setCollapsed((before) => {
      const next = new Set(before);
      if (expanded) next.delete(id);
      else next.add(id);
      return next;
    });

  const onRowClick = (event: MouseEvent, row: TreeRow) => {
    if (event.shiftKey && current !== undefined) select(rangeBetween(rows, current, row.node.id));
    else selectNode(row.node.id, event.ctrlKey || event.metaKey);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (renaming !== null) return;
    const index = rows.findIndex(({ node }) => node.id === current);
    const row = rows[index];
    const go = (to: number) => {
      const target = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (!target) return;
      if (event.shiftKey && current !== undefined)
        select([...selection.filter((id) => id !== target.node.id), target.node.id]);
      else selectNode(target.node.id);
    };
    switch (event.key) {
      case 'ArrowDown':
        go(index + 1);
        break;
      case 'ArrowUp':
        go(index < 0 ? 0 : index - 1);
        break;
      case 'Home':
        go(0);
        break;
      case 'End':
        go(rows.length - 1);
        break;
      case 'ArrowRight':
        if (row?.hasChildren && !row.expanded) setExpanded(row.node.id, true);
        else if (row?.expanded) go(index + 1);
        break;
      case 'ArrowLeft':
        if (row?.expanded) setExpanded(row.node.id, false);
        else if (row?.node.parentId) selectNode(row.node.parentId);
        break;
      case 'F2':
      case 'Enter':
        if (row) setRenaming(row.node.id);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const rename = (row: TreeRow, name: string) => {
    setRenaming(null);
    scroll.current?.focus();
    const trimmed = name.trim().slice(0, 256);
    if (trimmed && trimmed !== row.node.name)
      runCommand({ type: 'rename-node', nodeId: row.node.id, name: trimmed });
  };

  return (
    <Panel
      title="Scene"
      className={classes.panel ?? ''}
      actions={
        <>
          {selection.length > 0 && (
            <IconButton label="Delete selected" shortcut="Del" onClick={deleteSelected}>
              <IconTrash size={16} />
            </IconButton>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton label="Add to the scene">
                <IconPlus size={16} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              <AddMenuItems />
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      {rows.length === 0 ? (
        <EmptyNote icon={<IconCube size={20} />} title="Nothing here yet">
          Drop a GLB or glTF file anywhere in this window, or choose a sample.
        </EmptyNote>
      ) : (
        <div
          ref={scroll}
          className={`${classes.tree} scroll`}
          role="tree"
          aria-label="Objects"
          aria-multiselectable="true"
          aria-activedescendant={current === undefined ? undefined : rowDomId(current)}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <div className={classes.rows} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index]!;
              return (
                <Row
                  key={row.node.id}
                  row={row}
                  top={item.start}
                  selected={selection.includes(row.node.id)}
                  renaming={renaming === row.node.id}
                  onClick={(event) => onRowClick(event, row)}
                  onToggle={() => setExpanded(row.node.id, !row.expanded)}
                  onStartRename={() => setRenaming(row.node.id)}
                  onRename={(name) => rename(row, name)}
                  onCancelRename={() => setRenaming(null)}
                />
              );
            })}
          </div>
        </div>
      )}
    </Panel>
  );
}

const rowDomId = (nodeId: string) => `scene-row-${nodeId}`;

function Row(props: {
  readonly row: TreeRow;
  readonly top: number;
  readonly selected: boolean;
  readonly renaming: boolean;
  readonly onClick: (event: MouseEvent) => void;
  readonly onToggle: () => void;
  readonly onStartRename: () => void;
  readonly onRename: (name: string) => void;
  readonly onCancelRename: () => void;
}) {
  const { row } = props;
  const { node } = row;
  const Icon = node.light ? IconBulb : node.mesh ? IconCube : IconStack2;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the tree, which has the focus
    // biome-ignore lint/a11y/useFocusableInteractive: the tree points at it with aria-activedescendant
    <div
      id={rowDomId(node.id)}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={props.selected}
      aria-expanded={row.hasChildren ? row.expanded : undefined}
      aria-label={node.name || 'Unnamed'}
      className={classes.row}
      data-selected={props.selected || undefined}
      data-hidden={!row.visible || undefined}
      style={{ transform: `translateY(${props.top}px)`, paddingLeft: 8 + row.depth * 14 }}
      onClick={props.onClick}
      onDoubleClick={props.onStartRename}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-hidden="true"
        className={classes.chevron}
        data-open={row.expanded || undefined}
        data-none={!row.hasChildren || undefined}
        onClick={(event) => {
          event.stopPropagation();
          props.onToggle();
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <IconChevronRight size={14} />
      </button>
      <Icon size={15} className={classes.kind ?? ''} stroke={1.6} />
      {props.renaming ? (
        <input
          className={classes.rename}
          defaultValue={node.name}
          aria-label="New name"
          maxLength={256}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => props.onRename(event.currentTarget.value)}
          onClick={(event) => event.stopPropagation()}
          onDoubleClick={(event) => event.stopPropagation()}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') props.onCancelRename();
          }}
        />
      ) : (
        <span className={`${classes.name} ellipsis`} title={node.name.length > 22 ? node.name : undefined}>
          {node.name || 'Unnamed'}
        </span>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={classes.eye}
        data-off={!node.visible || undefined}
        aria-label={node.visible ? `Hide ${node.name}` : `Show ${node.name}`}
        onClick={(event) => {
          event.stopPropagation();
          runCommand({ type: 'set-visible', nodeId: node.id, visible: !node.visible });
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        {node.visible ? <IconEye size={15} stroke={1.6} /> : <IconEyeOff size={15} stroke={1.6} />}
      </button>
    </div>
  );
}
