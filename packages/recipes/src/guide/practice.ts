import { CAMERAS } from '../cameras.ts';
import { example, type GuideSection, recipePicture } from './guide-section.ts';

const house = { sample: 'pavilion', view: 'Hero', camera: null } as const;
const bottle = { sample: 'perfume', view: 'Hero', camera: CAMERAS.perfumeAbove } as const;

/** How to work: other engines, history, sharing, recipes. */
export const PRACTICE: readonly GuideSection[] = [
  {
    id: 'connected-ai-engines',
    title: 'Connected AI engines',
    paragraphs: [
      'An image model gets a picture of your scene and makes a new interpretation of it. It can add what the built-in engine cannot: people, leaves, wear and clutter. It can also move what should stay.',
      'Geometry strength says how strictly it keeps to the shapes of the scene: near 1 every edge stays, near 0 the scene is a hint. Left alone it is 0.75. Some engines also get the depth or the edges of the scene as a picture.',
      'Scene notes tell the model in words what the objects are and what they are made of. They stand under the prompt: read them, correct them, or switch them off.',
    ],
    tips: [
      'Find light and framing with the built-in engine first. It costs nothing.',
      'Write whole sentences for image models; the list of directions is for the built-in engine, though models understand it too.',
      'The line under Generate shows an estimate before you click. A budget on the page Engines stops at the amount you set.',
      'If things drift, raise the geometry strength; if the picture looks stiff, lower it.',
    ],
    pairs: [],
    pictures: [
      recipePicture('starter-magazine-exterior', '3:2', 'What the model sees: a picture of the scene.'),
      example(
        'engines-depth',
        '3:2',
        { prompt: 'late morning', scene: house, quality: 'draft', aov: 'depth' },
        'What may steer it as well: the depth of the scene, near is bright.',
      ),
    ],
  },
  {
    id: 'history-and-comparing',
    title: 'History and comparing',
    paragraphs: [
      'Every try is kept, also the failed ones, with its prompt, scene, camera, seed and engine. So be bold: nothing gets lost, and Restore scene brings back scene, camera and panel in one step that can be undone.',
      'Making pictures is a search. Make several, star what is good, reject what is not, and look at two to four side by side before you decide.',
    ],
    tips: [
      'Keys in the history: arrows to move, space to preview, S to star, X to reject, C to compare.',
      'Use settings brings a prompt back; Remix brings all but the seed; What changed shows two tries field by field.',
      'Drop a picture that Diorama made into the studio, and its settings come back.',
      'Use blink or the difference map to see small changes; the slider is for before and after.',
    ],
    pairs: [
      {
        do: 'run the same request on another engine and compare',
        dont: 'judge two engines by two different prompts',
        why: 'Only one thing should differ.',
      },
    ],
    pictures: [],
  },
  {
    id: 'sharing-well',
    title: 'Sharing well',
    paragraphs: [
      'Nothing is shared until you publish it. What is published is a new picture, encoded anew, without anything of the original but its pixels. Prompt, settings, scene and references go along only if you say so.',
      'Choose a licence on purpose. CC0 lets everyone do everything; CC BY asks for your name; CC BY-SA also for the same licence; CC BY-NC forbids commercial use; all rights reserved keeps everything with you.',
      'Unpublish takes the picture and its copies from the server. It cannot call back what somebody has already downloaded.',
    ],
    tips: [
      'Share the prompt: a picture that can be remixed is worth more than one that can only be liked.',
      'Share the scene only if all of it is yours to share: models and textures have licences too.',
      'Say when a picture was made by a model, and which. Downloads can carry that in their metadata.',
      'A title that says what to look at, and three or four tags, make a picture findable.',
    ],
    pairs: [
      {
        do: 'a reference that you took or may pass on',
        dont: 'somebody’s photograph with the scene attached',
        why: 'A remix hands the reference on to others.',
      },
    ],
    pictures: [],
  },
  {
    id: 'recipes',
    title: 'Recipes with variables',
    paragraphs: [
      'A recipe is a prompt with blanks, the roles of the pictures it wants, and settings. `{{colour}} walls, daylight` asks for a colour and works on every scene that has walls. Try on my scene fills in the rest.',
      'Recipes are small files: export one, send it, import it on another server.',
    ],
    tips: [
      'Make a blank of every word that belongs to one scene only: objects, materials, colours.',
      'Give each blank a good default and a few options that you have tried.',
      'Fix the shape only where it matters, as for a story or a header.',
      'Keep recipes short. Three to five directions leave room for the scene.',
    ],
    pairs: [
      {
        do: '{{colour}} {{cloth}} {{object}}, soft daylight',
        dont: 'emerald green velvet armchair by the window with my blue book',
        why: 'The first works on the scenes of others.',
      },
    ],
    pictures: [
      recipePicture('starter-hard-sun-still-life', '1:1', 'One recipe, `{{colour}}` is sky blue.'),
      example(
        'recipe-two',
        '1:1',
        { prompt: 'hard sunlight, coral backdrop', scene: bottle },
        'The same recipe, `{{colour}}` is coral.',
      ),
    ],
  },
];
