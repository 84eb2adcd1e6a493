import { type RefObject, useEffect, useRef, useState } from 'react';
import { FITTED, type PaneView, panBy, zoomAt } from './pane-view.ts';

const DOUBLE_CLICK_ZOOM = 3;

/** Wheel, drag and double click in any pane move all of them. */
export function usePanZoom(stage: RefObject<HTMLElement | null>) {
  const [view, setView] = useState<PaneView>(FITTED);
  const latest = useRef(view);
  latest.current = view;

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    let drag: { pane: Element; x: number; y: number } | null = null;
    const paneOf = (event: Event) =>
      event.target instanceof Element ? event.target.closest('[data-pane]') : null;
    const pointIn = (pane: Element, event: MouseEvent): [number, number] => {
      const box = pane.getBoundingClientRect();
      return [(event.clientX - box.x) / box.width - 0.5, (event.clientY - box.y) / box.height - 0.5];
    };
    const onWheel = (event: WheelEvent) => {
      const pane = paneOf(event);
      if (!pane) return;
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016));
      setView((before) => zoomAt(before, factor, ...pointIn(pane, event)));
    };
    const onPointerDown = (event: PointerEvent) => {
      const pane = paneOf(event);
      const onLine = event.target instanceof Element && event.target.closest('[data-line]');
      if (!pane || onLine || event.button !== 0 || latest.current.zoom <= 1) return;
      element.setPointerCapture(event.pointerId);
      drag = { pane, x: event.clientX, y: event.clientY };
    };
    const onPointerMove = (event: PointerEvent) => {
      if (!drag) return;
      const box = drag.pane.getBoundingClientRect();
      const x = (event.clientX - drag.x) / box.width;
      const y = (event.clientY - drag.y) / box.height;
      drag = { ...drag, x: event.clientX, y: event.clientY };
      setView((before) => panBy(before, x, y));
    };
    const onPointerEnd = () => {
      drag = null;
    };
    const onDoubleClick = (event: MouseEvent) => {
      const pane = paneOf(event);
      if (!pane || (event.target instanceof Element && event.target.closest('[data-line]'))) return;
      setView((before) =>
        before.zoom > 1 ? FITTED : zoomAt(FITTED, DOUBLE_CLICK_ZOOM, ...pointIn(pane, event)),
      );
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onPointerDown);
    element.addEventListener('pointermove', onPointerMove);
    element.addEventListener('pointerup', onPointerEnd);
    element.addEventListener('pointercancel', onPointerEnd);
    element.addEventListener('dblclick', onDoubleClick);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onPointerDown);
      element.removeEventListener('pointermove', onPointerMove);
      element.removeEventListener('pointerup', onPointerEnd);
      element.removeEventListener('pointercancel', onPointerEnd);
      element.removeEventListener('dblclick', onDoubleClick);
    };
  }, [stage]);
  return [view, setView] as const;
}
