import { type PointerEvent, useEffect, useRef, useState } from 'react';
import classes from './NumberField.module.css';

/** How far the pointer travels for one step while scrubbing, CSS pixels. */
const PX_PER_STEP = 3;

export interface NumberFieldProps {
  /** Accessible name. */
  readonly label: string;
  /** What stands before the number and can be dragged; one or two letters. */
  readonly short: string;
  readonly value: number;
  readonly step: number;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly digits?: number;
  /** Called for every change, also while scrubbing. */
  readonly onChange: (value: number) => void;
  /** Around each scrub, so that it is one step to undo. */
  readonly onScrub: (active: boolean) => void;
}

/** A number that can be typed, stepped with the arrow keys, and scrubbed by dragging its letter. */
export function NumberField(props: NumberFieldProps) {
  const { value, step, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, digits = 3 } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const scrub = useRef<{ x: number; start: number; moved: boolean } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const shown = draft ?? format(value, digits);
  const change = (next: number) => {
    const limited = Math.min(max, Math.max(min, next));
    if (Number.isFinite(limited) && limited !== value) props.onChange(limited);
  };

  const commit = () => {
    if (draft === null) return;
    setDraft(null);
    const typed = parseNumber(draft);
    if (typed !== null) change(typed);
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub.current = { x: event.clientX, start: value, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const state = scrub.current;
    if (!state) return;
    const steps = Math.trunc((event.clientX - state.x) / PX_PER_STEP);
    if (!state.moved && steps === 0) return;
    if (!state.moved) props.onScrub(true);
    state.moved = true;
    const factor = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    change(roundTo(state.start + steps * step * factor, digits + 1));
  };
  const onPointerEnd = () => {
    if (scrub.current?.moved) props.onScrub(false);
    else input.current?.select();
    scrub.current = null;
  };
  // A field that disappears in the middle of a scrub must not leave the step open.
  const onScrub = useRef(props.onScrub);
  onScrub.current = props.onScrub;
  useEffect(
    () => () => {
      if (scrub.current?.moved) onScrub.current(false);
    },
    [],
  );

  return (
    <div className={classes.field}>
      <span
        className={classes.handle}
        aria-hidden="true"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
      >
        {props.short}
      </span>
      <input
        ref={input}
        className={classes.input}
        aria-label={props.label}
        inputMode="decimal"
        value={shown}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') {
            commit();
            event.currentTarget.select();
          } else if (event.key === 'Escape') {
            setDraft(null);
            event.currentTarget.blur();
          } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            setDraft(null);
            const sign = event.key === 'ArrowUp' ? 1 : -1;
            change(
              roundTo((parseNumber(shown) ?? value) + sign * step * (event.shiftKey ? 10 : 1), digits + 1),
            );
          }
        }}
      />
      {props.unit && <span className={classes.unit}>{props.unit}</span>}
    </div>
  );
}

/** Without trailing zeros; minus zero is zero. */
function format(value: number, digits: number): string {
  const rounded = roundTo(value, digits);
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** Accepts a decimal comma, as half of the world types it. */
function parseNumber(text: string): number | null {
  const cleaned = text.trim().replace(',', '.');
  if (cleaned === '') return null;
  const value = Number(cleaned);
  return Number.isFinite(value) ? value : null;
}

function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
