import { describeLens, describeLighting } from '../describe-look.ts';
import type { Item } from './lex.ts';
import type { Reading } from './reading.ts';

/** Numbers with a unit: millimetres, kelvin, degrees of the sun, hours, f-numbers. Any other has no effect. */

/** Daylight; less is warmer. */
const WHITE_KELVIN = 5600;

export function readNumber(reading: Reading, item: Item): void {
  const { items, at, look } = reading;
  const { value = 0, unit = '' } = item.token;
  const next = items[at + 1];
  const place = reading.placeOf([], item);
  if ((unit === 'mm' || (unit === '' && next?.key === 'mm')) && value >= 6 && value <= 1200) {
    const focalLengthMm = Math.min(400, Math.max(8, value));
    const note = look.say({ category: 'lens', ...place }, (finished) =>
      describeLens(finished, 'focal-length'),
    );
    look.apply({ lens: { focalLengthMm } }, note);
  } else if ((unit === 'k' || unit === 'kelvin') && value >= 1000 && value <= 20_000) {
    const distance = (WHITE_KELVIN - value) / (value < WHITE_KELVIN ? 4500 : 9000);
    const temperature = Math.max(-0.9, Math.min(0.9, distance));
    const note = look.say(
      { category: 'grade', ...place },
      `White light of ${value} kelvin: ${temperature > 0 ? 'warmer' : 'colder'} colours.`,
    );
    look.apply({ grade: { temperature } }, note);
  } else if (unit === '°' && isAboutSun(items.slice(Math.max(0, at - 4), at + 5))) {
    const note = look.say({ category: 'time-of-day', ...place }, describeLighting);
    look.apply({ sun: { elevationDegrees: Math.min(90, value) } }, note);
  } else if (unit === 'pm') readHour(reading, item, value < 12 ? value + 12 : value);
  else if (unit === 'am') readHour(reading, item, value === 12 ? 0 : value);
  else if ((unit === 'clock' && value < 24) || (unit === '' && next?.text.toLowerCase() === "o'clock"))
    readHour(reading, item, value);
  else reading.noEffect(item);
}

const isAboutSun = (around: readonly Item[]): boolean =>
  around.some((other) => /\bsun\b|elevation|horizon/.test(other.key));

/** The sun of a summer day that rises at six and sets at eight; before five and after nine the moon. */
function readHour(reading: Reading, item: Item, hour: number): void {
  if (hour < 0 || hour > 24) {
    reading.noEffect(item);
    return;
  }
  const moon = hour < 5 || hour > 21;
  const elevationDegrees = moon ? 35 : Math.max(-6, Math.sin(((hour - 6) / 14) * Math.PI) * 58);
  const azimuthDegrees = moon ? -110 : Math.max(-150, Math.min(150, ((13 - hour) / 7) * 120));
  const note = reading.look.say({ category: 'time-of-day', ...reading.placeOf([], item) }, describeLighting);
  reading.look.apply({ sun: { elevationDegrees, azimuthDegrees, moon } }, note);
}

export function readFNumber(reading: Reading, item: Item): void {
  const stop = item.token.value ?? 0;
  if (stop < 0.7 || stop > 64) {
    reading.noEffect(item);
    return;
  }
  // About what a full-frame camera shows of a tabletop: f/1.4 very shallow, f/11 everything sharp.
  const depthOfField = Math.max(0, Math.min(1, 0.95 - 0.27 * Math.log2(stop)));
  const note = reading.look.say({ category: 'lens', ...reading.placeOf([], item) }, (finished) =>
    describeLens(finished, 'depth-of-field'),
  );
  reading.look.apply({ lens: { depthOfField } }, note);
}
