import { type Tool, useView } from '../../app/view-store.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconArrowsDiagonal,
  IconArrowsMaximize,
  IconArrowsMove,
  IconGridDots,
  IconPointer,
  IconRotate,
} from '../../ui/icons.ts';
import { useScene } from '../scene/scene-store.ts';
import { fitView } from './fit-view.ts';
import classes from './Viewport.module.css';

const TOOLS: readonly { tool: Tool; label: string; key: string; Icon: typeof IconPointer }[] = [
  { tool: 'select', label: 'Select', key: 'Q', Icon: IconPointer },
  { tool: 'translate', label: 'Move', key: 'W', Icon: IconArrowsMove },
  { tool: 'rotate', label: 'Rotate', key: 'E', Icon: IconRotate },
  { tool: 'scale', label: 'Scale', key: 'R', Icon: IconArrowsDiagonal },
];

export function ViewportToolbar() {
  const active = useView((state) => state.tool);
  const gridVisible = useView((state) => state.gridVisible);
  const selection = useScene((state) => state.selection);
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Viewport tools">
      {TOOLS.map(({ tool, label, key, Icon }) => (
        <IconButton
          key={tool}
          label={label}
          shortcut={key}
          size={30}
          active={active === tool}
          onClick={() => useView.setState({ tool })}
        >
          <Icon size={17} stroke={1.7} />
        </IconButton>
      ))}
      <span className={classes.toolDivider} />
      <IconButton
        label={selection.length > 0 ? 'Fit selection' : 'Fit everything'}
        shortcut="F"
        size={30}
        onClick={() => fitView(selection)}
      >
        <IconArrowsMaximize size={17} stroke={1.7} />
      </IconButton>
      <IconButton
        label="Grid"
        shortcut="G"
        size={30}
        active={gridVisible}
        onClick={() => useView.setState({ gridVisible: !gridVisible })}
      >
        <IconGridDots size={17} stroke={1.7} />
      </IconButton>
    </div>
  );
}
