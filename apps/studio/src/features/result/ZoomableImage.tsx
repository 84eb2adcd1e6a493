import { type PointerEvent, useEffect, useRef, useState } from 'react';
import classes from './ZoomableImage.module.css';

const ZOOM_MAX = 12;

interface View {
  /** 1 = fitted into the stage. */
  readonly zoom: number;
  /** Shift of the picture's middle from the stage's, CSS pixels. */
  readonly x: number;
  readonly y: number;
}

const FITTED: View = { zoom: 1, x: 0, y: 0 };

/** A picture that fits the stage, zooms under the wheel towards the pointer, and pans by dragging. */
export function ZoomableImage(props: {
  readonly src: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  /** A small picture in place of the real one: drawn soft. */
  readonly soft?: boolean;
}) {
  const stage = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>(FITTED);
  const [loaded, setLoaded] = useState(false);
  const drag = useRef<{ x: number; y: number; view: View } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture starts fitted
  useEffect(() => setView(FITTED), [props.width, props.height, props.soft ? '' : props.src]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture has to load first
  useEffect(() => setLoaded(false), [props.soft ? '' : props.src]);

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    // React listens to the wheel passively, and then the page could not be kept from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016));
      setView((before) =>
        zoomTowards(
          before,
          factor,
          event.clientX - box.x - box.width / 2,
          event.clientY - box.y - box.height / 2,
        ),
      );
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || view.zoom <= 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, y: event.clientY, view };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current;
    if (from)
      setView({
        ...from.view,
        x: from.view.x + event.clientX - from.x,
        y: from.view.y + event.clientY - from.y,
      });
  };
  const onPointerEnd = () => {
    drag.current = null;
  };

  return (
    <div
      ref={stage}
      className={classes.stage}
      data-zoomed={view.zoom > 1 || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onDoubleClick={() => setView((before) => (before.zoom > 1 ? FITTED : { ...FITTED, zoom: 2.5 }))}
    >
      <img
        src={props.src}
        alt={props.alt}
        width={props.width}
        height={props.height}
        className={classes.image}
        data-soft={props.soft || undefined}
        data-loaded={loaded || props.soft || undefined}
        draggable={view.zoom <= 1}
        onLoad={() => setLoaded(true)}
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}
      />
      {view.zoom > 1 && (
        <button type="button" className={classes.zoom} onClick={() => setView(FITTED)}>
          {Math.round(view.zoom * 100)} % · Fit
        </button>
      )}
    </div>
  );
}

/** The point under the pointer stays under the pointer. */
export function zoomTowards(view: View, factor: number, pointerX: number, pointerY: number): View {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, view.zoom * factor));
  if (zoom === 1) return FITTED;
  const change = zoom / view.zoom;
  return {
    zoom,
    x: pointerX - (pointerX - view.x) * change,
    y: pointerY - (pointerY - view.y) * change,
  };
}
