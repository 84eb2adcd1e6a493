import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { ReactCompareSlider, ReactCompareSliderImage } from 'react-compare-slider';
import classes from './CompareView.module.css';

interface Picture {
  readonly label: string;
  readonly src: string;
}

/** The result over what it was made from, or over another result, with a line to drag between them. */
export default function CompareView(props: {
  readonly before: readonly Picture[];
  readonly after: Picture;
  readonly alt: string;
  readonly ratio: number;
}) {
  const [chosen, setChosen] = useState(0);
  const before = props.before[Math.min(chosen, props.before.length - 1)]!;
  return (
    <div className={classes.compare}>
      <div
        className={classes.frame}
        style={{ '--ratio': props.ratio, aspectRatio: String(props.ratio) } as React.CSSProperties}
      >
        <ReactCompareSlider
          style={{ width: '100%', height: '100%' }}
          itemOne={
            <ReactCompareSliderImage src={before.src} alt={before.label} style={{ objectFit: 'cover' }} />
          }
          itemTwo={
            <ReactCompareSliderImage src={props.after.src} alt={props.alt} style={{ objectFit: 'cover' }} />
          }
        />
        <span className={classes.left}>{before.label}</span>
        <span className={classes.right}>{props.after.label}</span>
      </div>
      {props.before.length > 1 && (
        <SegmentedControl
          aria-label="Compare with"
          fullWidth={false}
          data={props.before.map(({ label }, index) => ({ value: String(index), label }))}
          value={String(chosen)}
          onChange={(value) => setChosen(Number(value))}
        />
      )}
    </div>
  );
}
