import { type PointerEvent, useEffect, useRef, useState } from 'react';
import classes from './ZoomableImage.module.css';
import { FITTED, type ZoomView, zoomTowards } from './zoom.ts';

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
  const [view, setView] = useState<ZoomView>(FITTED);
  const [loaded, setLoaded] = useState(false);
  const drag = useRef<{ x: number; y: number; view: ZoomView } | null>(null);

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
    // biome-ignore lint/a11y/noStaticElementInteractions: zooming and panning only help the eye; nothing is done by them
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
