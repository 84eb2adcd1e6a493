import { Kbd } from '@mantine/core';
import { HISTORY_KEYS } from '../features/history/history-commands.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { keys as keysFor } from '../ui/platform.ts';
import classes from './HelpDialog.module.css';
import { SHORTCUTS } from './shortcuts.ts';
import { useView } from './view-store.ts';

const MOUSE = [
  ['Drag', 'Orbit'],
  ['Right drag', 'Pan'],
  ['Wheel', 'Zoom to the pointer'],
  ['Click', 'Select; with Shift, add'],
] as const;

export function HelpDialog() {
  return (
    <Dialog onClose={() => useView.setState({ helpOpen: false })} title="Keyboard and mouse" size={880}>
      <div className={classes.columns}>
        {(['Scene', 'Viewport', 'Image'] as const).map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {SHORTCUTS.filter((one) => one.group === group).map(({ keys, label }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    <Kbd size="xs">{display(keys[0]!)}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
            {group === 'Scene' && (
              <>
                <h3>Generate</h3>
                <dl>
                  <div>
                    <dt>Make the image</dt>
                    <dd>
                      <Kbd size="xs">{keysFor('Ctrl+Enter')}</Kbd>
                    </dd>
                  </div>
                  <div>
                    <dt>Paste a reference</dt>
                    <dd>
                      <Kbd size="xs">{keysFor('Ctrl+V')}</Kbd>
                    </dd>
                  </div>
                </dl>
                <h3>Mouse</h3>
                <dl>
                  {MOUSE.map(([action, effect]) => (
                    <div key={action}>
                      <dt>{effect}</dt>
                      <dd>{action}</dd>
                    </div>
                  ))}
                </dl>
              </>
            )}
          </section>
        ))}
        <section>
          <h3>In the history</h3>
          <dl>
            {HISTORY_KEYS.map(([keys, effect]) => (
              <div key={effect}>
                <dt>{effect}</dt>
                <dd>
                  <Kbd size="xs">{keysFor(keys)}</Kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

function display(combination: string): string {
  const names: Record<string, string> = { ctrl: 'Ctrl', shift: 'Shift', delete: 'Del', escape: 'Esc' };
  return keysFor(
    combination
      .split('+')
      .map((part) => names[part] ?? part.toUpperCase())
      .join('+'),
  );
}
