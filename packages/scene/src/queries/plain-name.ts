/** Longer names are sentences or keys; what matters stands at the beginning. */
const NAME_CHARACTERS_MAX = 48;

/** What programs call things that nobody named. */
const GENERIC =
  /^(?:(?:mesh|object|obj|node|group|grp|geo|geometry|primitive|prim|poly ?surface|p ?(?:cube|sphere|plane|cylinder|torus|cone)|cube|box|sphere|ico ?sphere|uv ?sphere|plane|cylinder|cone|torus|circle|curve|empty|null|default|standard|surface|mat|material|shader|lambert|phong|blinn|principled|bsdf|color|colour|texture|untitled|unnamed|unknown|no ?name|none|root|root ?node|scene|collection|layer|world|model|shape|part|item|element|component|instance|entity|body|solid|sub ?mesh|low|high|lod|copy|gltf|glb|obj|fbx|dae|sketch ?fab|collada|visual)\s*)+$/i;

/**
 * A name as a person would write it, or nothing when it says nothing: `Mesh_012`, `Object.003`, `1f3a9c…`.
 *
 * Names come from files that anybody may have made, so only letters, digits and plain punctuation stay.
 *
 * @example plainName('SM_FloorLamp_02.001') // 'Floor Lamp'
 */
export function plainName(name: string): string {
  const words = name
    .normalize('NFKC')
    .replace(/\.(glb|gltf|fbx|obj|dae|usdz?|blend|skp|3ds|stl|ply)$/i, '')
    // A key that a program made: many hexadecimal digits with at least one numeral among them.
    .replace(/\b(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]+)*\b/gi, ' ')
    .replace(/[^\p{L}\p{M}\p{N}'&+%-]+/gu, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/^\s*(?:SM|SK|MI|M|T|MAT|GEO|OBJ|GRP)\s+(?=\p{L})/u, '')
    .replace(/\s+(?:lod\s*\d+|geo|mesh|material|shader|copy)\b(?=\s|$)/gi, '')
    // Numbers tell equal things apart and say nothing of them.
    .replace(/(^|\s)(?:#?\d+(?:-\d+)*)(?=\s|$)/g, ' ')
    .replace(/(\p{L}{2})\d+(?=\s|$)/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  if (!/\p{L}{2}/u.test(words) || GENERIC.test(words)) return '';
  if (words.length <= NAME_CHARACTERS_MAX) return words;
  const cut = words.slice(0, NAME_CHARACTERS_MAX);
  const end = cut.lastIndexOf(' ');
  return (end > NAME_CHARACTERS_MAX / 2 ? cut.slice(0, end) : cut).trim();
}
