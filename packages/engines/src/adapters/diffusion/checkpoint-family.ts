/**
 * What a full checkpoint is, by its name: null when it is of a family without a template, `unknown` when the name does
 * not tell.
 */
export function familyOfCheckpoint(file: string): 'sdxl' | 'sd15' | 'unknown' | null {
  const name = file.toLowerCase();
  if (
    /flux|sd[-_. ]?3|stable[-_. ]?diffusion[-_. ]?3|qwen|wan\d|ltx|hunyuan|cosmos|lumina|chroma|svd|stable[-_. ]?audio|ace[-_. ]?step|z[-_. ]?image|inpaint|refiner|hidream|zero123|upscal/.test(
      name,
    )
  ) {
    return null;
  }
  if (/xl|pony|illustrious|noob|animagine/.test(name)) return 'sdxl';
  if (
    /sd[-_. ]?1|v1[-_. ]?[45]|1[._]5|sd15|dreamshaper_?[0-8](?!\d)|realistic[-_ ]?vision|deliberate|anything|counterfeit|rev[-_ ]?animated|epicrealism|photon_v1|absolutereality|meinamix/.test(
      name,
    )
  ) {
    return 'sd15';
  }
  return 'unknown';
}
