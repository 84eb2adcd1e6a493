import { type Camera, focalLengthMmOf, fovYDegreesOf } from '@diorama/contracts';
import { freshId, freshName, type ViewRecord } from '@diorama/scene';
import { Menu } from '@mantine/core';
import { showViewport } from '../../app/view-store.ts';
import { IconBookmarkPlus, IconCamera, IconCheck, IconChevronDown, IconTrash } from '../../ui/icons.ts';
import { runCommand, useScene } from '../scene/scene-store.ts';
import { fitView } from './fit-view.ts';
import classes from './Viewport.module.css';
import { setCamera, useViewport } from './viewport-handle.ts';

const LENSES_MM = [18, 24, 35, 50, 85, 135];

/** Saved views and the lens. */
export function ViewMenu() {
  const views = useScene((state) => state.document.views);
  const camera = useViewport((state) => state.camera);
  const sorted = Object.values(views).sort((a, b) => a.order - b.order);
  const current = camera ? sorted.find((view) => sameCamera(view.camera, camera)) : undefined;
  const lensMm = camera ? Math.round(focalLengthMmOf(camera.fovYDegrees)) : null;

  const save = () => {
    if (!camera) return;
    const { document } = useScene.getState();
    const id = freshId('view', (candidate) => Object.hasOwn(document.views, candidate));
    const name = freshName('View 1', new Set(sorted.map((view) => view.name)));
    const order = Math.max(-1, ...sorted.map((view) => view.order)) + 1;
    runCommand({ type: 'add-view', view: { id, name, order, camera } });
  };
  const open = (view: ViewRecord) => {
    setCamera(view.camera, true);
    showViewport();
  };

  return (
    <Menu position="bottom" width={230}>
      <Menu.Target>
        <button type="button" className={classes.viewButton} aria-label="View">
          <IconCamera size={16} stroke={1.7} />
          <span className="ellipsis">{current?.name ?? 'Free view'}</span>
          {lensMm !== null && <span className={classes.lens}>{lensMm} mm</span>}
          <IconChevronDown size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {sorted.length > 0 && <Menu.Label>Saved views</Menu.Label>}
        {sorted.map((view) => (
          <div key={view.id} className={classes.viewRow}>
            <Menu.Item
              onClick={() => open(view)}
              rightSection={view === current ? <IconCheck size={14} /> : <span className={classes.noCheck} />}
            >
              {view.name}
            </Menu.Item>
            <button
              type="button"
              className={classes.viewDelete}
              aria-label={`Delete view ${view.name}`}
              title="Delete"
              onClick={() => runCommand({ type: 'delete-view', viewId: view.id })}
            >
              <IconTrash size={14} />
            </button>
          </div>
        ))}
        <Menu.Item
          leftSection={<IconBookmarkPlus size={15} />}
          disabled={!camera || !!current}
          onClick={save}
        >
          Save this view
        </Menu.Item>
        <Menu.Item
          leftSection={<span className={classes.noCheck} />}
          disabled={!camera}
          onClick={() => fitView(undefined)}
        >
          Fit everything
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Lens (full frame)</Menu.Label>
        <div className={classes.lenses}>
          {LENSES_MM.map((mm) => (
            <button
              key={mm}
              type="button"
              aria-pressed={mm === lensMm}
              disabled={!camera}
              onClick={() => camera && setCamera(withLens(camera, mm), true)}
            >
              {mm}
            </button>
          ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Another lens from such a distance that what the camera aims at keeps its size. */
function withLens(camera: Camera, focalLengthMm: number): Camera {
  const fovYDegrees = fovYDegreesOf(focalLengthMm);
  const half = (degrees: number) => Math.tan((degrees * Math.PI) / 360);
  const change = half(camera.fovYDegrees) / half(fovYDegrees);
  const position = camera.target.map(
    (value, axis) => value + (camera.position[axis]! - value) * change,
  ) as Camera['position'];
  return { position, target: camera.target, fovYDegrees };
}

function sameCamera(a: Camera, b: Camera): boolean {
  const reach = Math.hypot(...a.position.map((value, axis) => value - a.target[axis]!)) || 1;
  const near = (x: Camera['position'], y: Camera['position']) =>
    Math.hypot(...x.map((value, axis) => value - y[axis]!)) < reach * 1e-3;
  return (
    near(a.position, b.position) && near(a.target, b.target) && Math.abs(a.fovYDegrees - b.fovYDegrees) < 0.05
  );
}
