import type { Term } from './types.ts';

/**
 * Times of day as sun positions of a clear day at middle latitudes. Low suns stand to the side and behind the subject:
 * that is what people mean by golden hour, and a low sun behind the camera lights flat.
 */
export const TIMES_OF_DAY: readonly Term[] = [
  {
    names: [
      'golden hour',
      'magic hour',
      'golden light',
      'golden sunlight',
      'golden evening light',
      'honey light',
    ],
    patch: {
      sun: { elevationDegrees: 5, azimuthDegrees: -132 },
      sky: { turbidity: 3.6 },
      grade: { temperature: 0.15 },
    },
  },
  {
    names: ['sunset', 'sundown', 'setting sun', 'at sunset'],
    patch: {
      sun: { elevationDegrees: 2.5, azimuthDegrees: -140 },
      sky: { turbidity: 4.5 },
      grade: { temperature: 0.15 },
    },
  },
  {
    names: ['sunrise', 'dawn', 'daybreak', 'first light', 'rising sun', 'at sunrise', 'break of day'],
    patch: {
      sun: { elevationDegrees: 3.5, azimuthDegrees: 120 },
      sky: { turbidity: 3 },
      grade: { temperature: 0.08 },
    },
  },
  {
    names: ['early morning', 'morning sun', 'early morning light', 'morning light'],
    patch: { sun: { elevationDegrees: 14, azimuthDegrees: 95 }, sky: { turbidity: 2.6 } },
  },
  {
    names: ['morning', 'breakfast light'],
    patch: { sun: { elevationDegrees: 22, azimuthDegrees: 75 }, sky: { turbidity: 2.6 } },
  },
  { names: ['late morning', 'mid morning'], patch: { sun: { elevationDegrees: 42, azimuthDegrees: 55 } } },
  {
    names: [
      'noon',
      'midday',
      'high noon',
      'noonday',
      'lunchtime',
      'noon light',
      'midday sun',
      'noon sun',
      'overhead sun',
      'high sun',
    ],
    patch: { sun: { elevationDegrees: 64, azimuthDegrees: -35 } },
  },
  {
    names: ['afternoon', 'afternoon sun', 'afternoon light'],
    patch: { sun: { elevationDegrees: 34, azimuthDegrees: -60 } },
  },
  {
    names: ['late afternoon', 'late afternoon sun', 'late afternoon light'],
    patch: { sun: { elevationDegrees: 14, azimuthDegrees: -100 }, grade: { temperature: 0.08 } },
  },
  {
    names: ['evening', 'evening light', 'evening sun', 'early evening'],
    patch: {
      sun: { elevationDegrees: 7, azimuthDegrees: -115 },
      sky: { turbidity: 3.4 },
      grade: { temperature: 0.1 },
    },
  },
  {
    names: [
      'dusk',
      'twilight',
      'nightfall',
      'gloaming',
      'afterglow',
      'after sunset',
      'at dusk',
      'civil twilight',
    ],
    patch: {
      sun: { elevationDegrees: -3, azimuthDegrees: -140 },
      grade: { exposureEv: 0.4, temperature: -0.05 },
    },
  },
  {
    names: ['blue hour', 'l heure bleue', 'blue twilight'],
    patch: {
      sun: { elevationDegrees: -5, azimuthDegrees: -140 },
      grade: { exposureEv: 0.5, temperature: -0.2 },
    },
  },
  {
    names: [
      'night',
      'nighttime',
      'night time',
      'at night',
      'midnight',
      'late night',
      'nocturnal',
      'night scene',
      'night shot',
      'night sky',
      'after dark',
      'darkness',
    ],
    patch: { sun: { elevationDegrees: 34, azimuthDegrees: -110, moon: true }, grade: { temperature: -0.1 } },
  },
  {
    names: [
      'moonlight',
      'moonlit',
      'moon',
      'full moon',
      'by moonlight',
      'moon light',
      'lunar light',
      'starry night',
      'starry sky',
      'stars',
      'starlight',
      'milky way',
    ],
    patch: {
      sun: { elevationDegrees: 40, azimuthDegrees: -120, moon: true },
      grade: { temperature: -0.15, exposureEv: 0.2 },
    },
  },
  {
    names: [
      'daylight',
      'daytime',
      'day',
      'natural light',
      'natural daylight',
      'day light',
      'broad daylight',
      'outdoor light',
      'ambient daylight',
      'natural lighting',
      'outdoors',
      'outdoor',
      'outside',
      'open air',
      'exterior',
      'al fresco',
    ],
    category: 'lighting',
    patch: { sun: { elevationDegrees: 42, azimuthDegrees: -50 }, sky: { cloudCover: 0.15 } },
  },
  {
    names: ['low sun', 'low evening sun', 'raking light', 'long shadows', 'long shadow', 'low sunlight'],
    patch: { sun: { elevationDegrees: 14, azimuthDegrees: -100 }, grade: { temperature: 0.05 } },
    isVague: true,
  },
];
