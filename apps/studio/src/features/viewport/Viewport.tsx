import { ratioOf } from '@diorama/contracts';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useView } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle } from '../../ui/icons.ts';
import { usePanel } from '../generate/panel-store.ts';
import { useImports } from '../import/import-store.ts';
import { StartScreen } from '../import/StartScreen.tsx';
import {
  beginStep,
  currentDocument,
  endStep,
  runCommand,
  selectNode,
  useScene,
} from '../scene/scene-store.ts';
import { connectEngine } from './connect-engine.ts';
import { GateOverlay } from './GateOverlay.tsx';
import type { Size } from './gate.ts';
import classes from './Viewport.module.css';
import { ViewportNotices } from './ViewportNotices.tsx';
import { ViewportToolbar } from './ViewportToolbar.tsx';
import { ViewportEngine } from './viewport-engine.ts';
import { useViewport } from './viewport-handle.ts';

/** The live canvas: the scene document through three.js, with the gate over it. */
export function Viewport({ covered }: { readonly covered: boolean }) {
  const container = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  const engine = useViewport((state) => state.engine);
  const failure = useViewport((state) => state.failure);
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const scheme = useComputedColorScheme('dark');
  const aspectRatio = usePanel((state) => state.aspectRatio);
  const empty = useScene((state) => Object.keys(state.document.nodes).length === 0);
  const importing = useImports((state) => state.active.length > 0);

  useEffect(() => {
    if (!canvas.current) return;
    let created: ViewportEngine;
    try {
      created = new ViewportEngine(canvas.current, {
        onCameraChange: (camera) => useViewport.setState({ camera }),
        onPick: (nodeId, { additive }) => selectNode(nodeId, additive),
        onTransform: (transforms) =>
          runCommand(
            transforms.map(({ id, translation, rotation, scale }) => ({
              type: 'set-transform',
              nodeId: id,
              transform: { translation, rotation, scale },
            })),
          ),
        onTransformDrag: (dragging) => {
          if (dragging) beginStep(dragLabel());
          else endStep();
        },
        onContextLost: (lost) => useViewport.setState({ failure: lost ? 'context-lost' : null }),
      });
    } catch {
      useViewport.setState({ failure: 'no-webgl' });
      return;
    }
    const { camera } = useViewport.getState();
    if (camera) created.setCamera(camera);
    const disconnect = connectEngine(created);
    useViewport.setState({ engine: created, failure: null });
    return () => {
      disconnect();
      useViewport.setState({ engine: null });
      created.dispose();
    };
  }, []);

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width < 1 || height < 1) return;
      setSize({ width, height });
      useViewport.setState({ viewportRatio: width / height });
      engine?.resize(width, height, devicePixelRatio);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [engine]);

  const ratio = ratioOf(aspectRatio, viewportRatio);
  useEffect(() => engine?.setGateRatio(ratio), [engine, ratio]);
  useEffect(() => engine?.setColorScheme(scheme), [engine, scheme]);
  return (
    <section className={classes.viewport} aria-label="Viewport" inert={covered}>
      <div ref={container} className={classes.container}>
        <canvas
          ref={canvas}
          className={classes.canvas}
          aria-label="3D scene. Drag to orbit, right drag to pan, wheel to zoom."
          tabIndex={-1}
        />
        {size && !failure && !empty && <GateOverlay size={size} ratio={ratio} />}
        {failure === 'no-webgl' && (
          <div className={classes.failure}>
            <EmptyNote icon={<IconAlertTriangle size={20} />} title="The 3D view needs WebGL 2">
              Switch hardware acceleration on in the browser's settings, or use a current Chrome, Firefox,
              Safari or Edge. Prompts, references and the history work without it.
            </EmptyNote>
          </div>
        )}
        {failure === 'context-lost' && (
          <div className={classes.failure}>
            <EmptyNote icon={<IconAlertTriangle size={20} />} title="The graphics driver has stopped">
              The scene is safe. The view comes back by itself; if it does not, reload the page.
            </EmptyNote>
          </div>
        )}
        {empty && !importing && failure === null && <StartScreen />}
        <ViewportNotices />
        {!empty && failure === null && <ViewportToolbar />}
      </div>
    </section>
  );
}

const VERBS = { select: 'Move', translate: 'Move', rotate: 'Rotate', scale: 'Scale' } as const;

function dragLabel(): string {
  const { selection } = useScene.getState();
  const verb = VERBS[useView.getState().tool];
  if (selection.length !== 1) return `${verb} ${selection.length} objects`;
  return `${verb} ${currentDocument().nodes[selection[0]!]?.name || 'object'}`;
}
