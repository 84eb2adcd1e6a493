/** The value of a stored text, or undefined when the text is no JSON: one damaged row must not hide all others. */
export function readStoredJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
