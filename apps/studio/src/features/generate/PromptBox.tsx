import { LIMITS, type Look } from '@diorama/contracts';
import { Tooltip } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { IconX } from '../../ui/icons.ts';
import { PromptTools } from '../recipes/PromptTools.tsx';
import classes from './PromptBox.module.css';
import { usePanel } from './panel-store.ts';
import { promptParts, withoutSpan } from './prompt-marks.ts';

/** From here on the count of characters is shown. */
const COUNT_FROM = LIMITS.promptCharacters * 0.9;
/** More unknown words than this are only counted: the line must not push the settings away. */
const UNKNOWN_SHOWN = 8;
const UNKNOWN_REASON = 'This changes nothing with this engine. Try another word for what you mean.';
const ON_HOVER_AND_FOCUS = { hover: true, focus: true, touch: true };

export interface PromptBoxProps {
  readonly placeholder: string;
  /** What was understood of `lookPrompt`; undefined before the first answer. */
  readonly look: Look | undefined;
  /** The prompt that the look belongs to: one may have typed on since. */
  readonly lookPrompt: string;
  /** The look could not be asked for. */
  readonly lookFailed: boolean;
}

export function PromptBox({ placeholder, look, lookPrompt, lookFailed }: PromptBoxProps) {
  const prompt = usePanel((state) => state.prompt);
  const mirror = useRef<HTMLDivElement>(null);
  const current = look && lookPrompt === prompt ? look : undefined;
  const parts = useMemo(
    () =>
      promptParts(
        prompt,
        current?.directives.flatMap(({ span }) => (span ? [span] : [])) ?? [],
        current?.notUnderstood.map(({ span }) => span) ?? [],
        LIMITS.promptCharacters,
      ),
    [prompt, current],
  );
  const over = prompt.length > LIMITS.promptCharacters;

  return (
    <div className={classes.block}>
      <div className={classes.head}>
        <label htmlFor="prompt" className={classes.label}>
          Prompt
        </label>
        <PromptTools />
      </div>
      <div className={classes.box} data-over={over || undefined}>
        <div ref={mirror} className={classes.mirror} aria-hidden="true">
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no identity but their place
            <span key={index} data-kind={part.kind}>
              {part.text}
            </span>
          ))}
          {/* A trailing line break has no height of its own. */}
          {'​'}
        </div>
        <textarea
          id="prompt"
          className={classes.text}
          value={prompt}
          placeholder={placeholder}
          spellCheck
          aria-describedby="prompt-understood"
          aria-invalid={over || undefined}
          onChange={(event) => usePanel.setState({ prompt: event.currentTarget.value })}
          onScroll={(event) => {
            if (mirror.current) mirror.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      <div className={classes.under} id="prompt-understood">
        {look && prompt.trim() !== '' && <Understood look={look} stale={!current} />}
        {lookFailed && prompt.trim() !== '' && (
          <span className={classes.note}>What is understood cannot be shown right now.</span>
        )}
        {prompt.length >= COUNT_FROM && (
          <span className={classes.count} data-over={over || undefined}>
            {prompt.length.toLocaleString('en')} of {LIMITS.promptCharacters.toLocaleString('en')} characters
          </span>
        )}
      </div>
    </div>
  );
}

function Understood({ look, stale }: { readonly look: Look; readonly stale: boolean }) {
  const fromPrompt = look.directives.filter(({ span }) => span !== null);
  const unknown = look.notUnderstood;
  if (fromPrompt.length === 0 && unknown.length === 0) return null;
  return (
    <>
      {fromPrompt.length > 0 && (
        <ul className={classes.chips} aria-label="Understood" data-stale={stale || undefined}>
          {fromPrompt.map(({ text, effect, span, category }) => (
            <li
              key={`${category} ${span?.join()}`}
              className={classes.chip}
              data-replaced={effect.startsWith('Replaced by') || undefined}
            >
              <Tooltip label={effect} maw={260} openDelay={200}>
                <span className={`${classes.chipText} ellipsis`}>{text}</span>
              </Tooltip>
              <button
                type="button"
                className={classes.remove}
                aria-label={`Remove ${text}`}
                disabled={stale}
                onClick={() =>
                  span && usePanel.setState(({ prompt }) => ({ prompt: withoutSpan(prompt, span) }))
                }
              >
                <IconX size={11} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {unknown.length > 0 && (
        <p className={classes.note}>
          Not understood:{' '}
          {unknown.slice(0, UNKNOWN_SHOWN).map(({ text, span, reason }, index) => (
            <span key={span.join()}>
              {index > 0 && ', '}
              <Tooltip maw={260} openDelay={200} events={ON_HOVER_AND_FOCUS} label={reason ?? UNKNOWN_REASON}>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be readable without a mouse */}
                <span className={classes.unknown} tabIndex={0}>
                  {text}
                </span>
              </Tooltip>
            </span>
          ))}
          {unknown.length > UNKNOWN_SHOWN && ` and ${unknown.length - UNKNOWN_SHOWN} more`}
        </p>
      )}
    </>
  );
}
