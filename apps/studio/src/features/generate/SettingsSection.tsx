import { LIMITS, MIDDLE_GEOMETRY_STRENGTH, outputSize, type Quality } from '@diorama/contracts';
import {
  Collapse,
  NumberInput,
  SegmentedControl,
  Select,
  Slider,
  Textarea,
  UnstyledButton,
} from '@mantine/core';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconChevronRight, IconDice5, IconLock, IconLockOpen } from '../../ui/icons.ts';
import { type EngineChoice, isBuiltin } from '../engines/engine-choice.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import { randomSeed, usePanel } from './panel-store.ts';
import classes from './SettingsSection.module.css';

const QUALITY_CHOICES: readonly { value: Quality; label: string }[] = [
  { value: 'draft', label: 'Draft' },
  { value: 'standard', label: 'Standard' },
  { value: 'high', label: 'High' },
];
const SIZES = [512, 768, 1024, 1536, 2048, 3072, 4096];
const COUNTS = ['1', '2', '3', '4'];

export function SettingsSection(props: { readonly choice: EngineChoice | undefined }) {
  const capabilities = props.choice?.capabilities;
  const hasQuality = props.choice === undefined || isBuiltin(props.choice);
  const panel = usePanel();
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const pixels = outputSize(panel.aspectRatio, panel.size, viewportRatio);
  const longEdgeMax = capabilities?.longEdgeMax ?? 4096;
  const sizes = SIZES.includes(panel.size) ? SIZES : [...SIZES, panel.size].sort((a, b) => a - b);
  const summary = [
    hasQuality ? QUALITY_CHOICES.find(({ value }) => value === panel.quality)!.label : null,
    `${pixels.width} × ${pixels.height}`,
    panel.count > 1 ? `${panel.count} images` : null,
    panel.seedLocked ? `seed ${panel.seed}` : null,
    capabilities?.geometryStrength && panel.geometryStrength !== null
      ? `geometry ${Math.round(panel.geometryStrength * 100)} %`
      : null,
  ].filter(Boolean);

  return (
    <section aria-label="Settings">
      <UnstyledButton
        className={classes.head ?? ''}
        aria-expanded={panel.settingsOpen}
        aria-controls="generate-settings"
        onClick={() => usePanel.setState({ settingsOpen: !panel.settingsOpen })}
      >
        <IconChevronRight
          size={14}
          className={classes.chevron ?? ''}
          data-open={panel.settingsOpen || undefined}
        />
        <span className={classes.title}>Settings</span>
        <span className={`${classes.summary} ellipsis`}>{summary.join(' · ')}</span>
      </UnstyledButton>
      <Collapse expanded={panel.settingsOpen} transitionDuration={120} id="generate-settings">
        <div className={classes.body}>
          {capabilities?.geometryStrength && <GeometryStrength />}
          {hasQuality && (
            <div className={classes.row}>
              <span className={classes.label}>Quality</span>
              <SegmentedControl
                aria-label="Quality"
                data={[...QUALITY_CHOICES]}
                value={panel.quality}
                onChange={(value) => usePanel.setState({ quality: value as Quality })}
              />
            </div>
          )}
          <div className={classes.row}>
            <span className={classes.label}>Long edge</span>
            <Select
              aria-label="Size, long edge in pixels"
              data={sizes.map((size) => ({
                value: String(size),
                label: `${size} px`,
                disabled: size > longEdgeMax,
              }))}
              value={String(panel.size)}
              onChange={(value) => usePanel.setState({ size: Number(value) })}
            />
          </div>
          <div className={classes.row}>
            <span className={classes.label}>Images</span>
            <SegmentedControl
              aria-label="Number of images"
              data={COUNTS.map((count) => ({
                value: count,
                label: count,
                disabled: Number(count) > (capabilities?.countMax ?? 4),
              }))}
              value={String(panel.count)}
              onChange={(value) => usePanel.setState({ count: Number(value) })}
            />
          </div>
          <div className={classes.row}>
            <span className={classes.label}>Seed</span>
            <div className={classes.seed}>
              <NumberInput
                aria-label="Seed"
                hideControls
                allowDecimal={false}
                allowNegative={false}
                min={0}
                max={0xffff_ffff}
                clampBehavior="strict"
                disabled={!panel.seedLocked}
                placeholder="New each time"
                value={panel.seedLocked ? panel.seed : ''}
                onChange={(value) => typeof value === 'number' && usePanel.setState({ seed: value })}
              />
              <IconButton
                label="Roll a new seed and keep it"
                onClick={() => usePanel.setState({ seed: randomSeed(), seedLocked: true })}
              >
                <IconDice5 size={16} />
              </IconButton>
              <IconButton
                label={panel.seedLocked ? 'Use a new seed each time' : 'Keep the same seed'}
                active={panel.seedLocked}
                onClick={() => usePanel.setState({ seedLocked: !panel.seedLocked })}
              >
                {panel.seedLocked ? <IconLock size={16} /> : <IconLockOpen size={16} />}
              </IconButton>
            </div>
          </div>
          {capabilities?.negativePrompt && <NegativePrompt />}
        </div>
      </Collapse>
    </section>
  );
}

/** How strictly the image keeps to the shapes of the scene. */
function GeometryStrength() {
  const strength = usePanel((state) => state.geometryStrength);
  return (
    <div className={classes.row}>
      <span className={classes.label} id="geometry-label">
        Geometry
      </span>
      <div className={classes.slider}>
        <Slider
          size={4}
          thumbSize={14}
          color={strength === null ? 'gray' : 'amber'}
          min={0}
          max={1}
          step={0.05}
          label={null}
          thumbProps={{ 'aria-labelledby': 'geometry-label', 'aria-valuetext': geometryInWords(strength) }}
          value={strength ?? MIDDLE_GEOMETRY_STRENGTH}
          onChange={(value) => usePanel.setState({ geometryStrength: value })}
        />
        <div className={classes.ends}>
          <span>free</span>
          {strength === null ? (
            <span>automatic</span>
          ) : (
            <button type="button" onClick={() => usePanel.setState({ geometryStrength: null })}>
              {Math.round(strength * 100)} % · reset
            </button>
          )}
          <span>exact</span>
        </div>
      </div>
    </div>
  );
}

function geometryInWords(strength: number | null): string {
  if (strength === null) return 'Automatic';
  const percent = `${Math.round(strength * 100)} percent`;
  if (strength === 0) return 'Free';
  return strength === 1 ? 'Exact' : percent;
}

function NegativePrompt() {
  const negativePrompt = usePanel((state) => state.negativePrompt);
  return (
    <div className={classes.row} data-top>
      <label className={classes.label} htmlFor="negative-prompt">
        Leave out
      </label>
      <Textarea
        id="negative-prompt"
        size="xs"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={LIMITS.promptCharacters}
        placeholder="people, text, clutter"
        value={negativePrompt}
        onChange={(event) => usePanel.setState({ negativePrompt: event.currentTarget.value })}
      />
    </div>
  );
}
