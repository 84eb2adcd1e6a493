/** As the search compares texts: neither case nor width counts. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
