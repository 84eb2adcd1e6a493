import type { Camera } from '@diorama/contracts';
import { type PanelState, usePanel } from '../generate/panel-store.ts';
import { exactCamera, setCamera } from '../viewport/viewport-handle.ts';

/** What is not in the scene document and belongs to the moment of an image all the same. A step has the parts that it changes. */
export interface Surroundings {
  readonly camera?: Camera | null;
  readonly panel?: PanelState;
}

export function currentCamera(): Camera | null {
  return exactCamera();
}

export function currentPanel(): PanelState {
  const panel = usePanel.getState();
  const [first, second] = panel.references.map((slot) =>
    // An upload ends where it was begun: brought back, it would never be ready.
    slot.state === 'uploading' ? ({ state: 'empty' } as const) : slot,
  );
  return { ...panel, references: [first!, second!] };
}

/** Puts them in place; gives back what stood there. */
export function exchangeSurroundings({ camera, panel }: Surroundings): Surroundings {
  const there: Surroundings = {
    ...(camera === undefined ? {} : { camera: currentCamera() }),
    ...(panel === undefined ? {} : { panel: currentPanel() }),
  };
  if (camera) setCamera(camera);
  // Whether the settings are unfolded is how one looks at the panel, and not what is in it.
  if (panel) usePanel.setState({ ...panel, settingsOpen: usePanel.getState().settingsOpen });
  return there;
}
