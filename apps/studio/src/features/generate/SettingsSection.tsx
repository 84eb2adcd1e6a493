import { type EngineDescription, outputSize, type Quality } from '@diorama/contracts';
import { Collapse, NumberInput, SegmentedControl, Select, UnstyledButton } from '@mantine/core';
import { IconButton } from '../../ui/IconButton.tsx';
import { IconChevronRight, IconDice5, IconLock, IconLockOpen } from '../../ui/icons.ts';
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

export function SettingsSection(props: {
  readonly engines: readonly EngineDescription[];
  readonly engine: EngineDescription | undefined;
}) {
  const { engine } = props;
  const panel = usePanel();
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const pixels = outputSize(panel.aspectRatio, panel.size, viewportRatio);
  const longEdgeMax = engine?.capabilities.longEdgeMax ?? 4096;
  const sizes = SIZES.includes(panel.size) ? SIZES : [...SIZES, panel.size].sort((a, b) => a - b);
  const summary = [
    QUALITY_CHOICES.find(({ value }) => value === panel.quality)!.label,
    `${pixels.width} × ${pixels.height}`,
    panel.count > 1 ? `${panel.count} images` : null,
    panel.seedLocked ? `seed ${panel.seed}` : null,
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
          <div className={classes.row}>
            <span className={classes.label}>Quality</span>
            <SegmentedControl
              aria-label="Quality"
              data={[...QUALITY_CHOICES]}
              value={panel.quality}
              onChange={(value) => usePanel.setState({ quality: value as Quality })}
            />
          </div>
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
                disabled: Number(count) > (engine?.capabilities.countMax ?? 4),
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
          <div className={classes.row}>
            <span className={classes.label}>Engine</span>
            <Select
              aria-label="Engine"
              placeholder="Loading…"
              data={props.engines.map(({ id, name, available }) => ({
                value: id,
                label: available ? name : `${name} (not available)`,
                disabled: !available,
              }))}
              value={engine?.id ?? null}
              onChange={(value) => value && usePanel.setState({ engine: value })}
            />
          </div>
          {engine && <p className={classes.about}>{engine.summary}</p>}
        </div>
      </Collapse>
    </section>
  );
}
