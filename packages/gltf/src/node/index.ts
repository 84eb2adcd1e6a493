export { type DecodedImage, decodeImage } from './decode-image.ts';
export { type ModelFile, readModelFile } from './read-model-file.ts';
