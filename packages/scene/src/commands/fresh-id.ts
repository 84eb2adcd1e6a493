/**
 * An id that `taken` does not have: `base` itself, or `base~2`, `base~3`… It follows from the document alone, so a
 * command that is done again after an undo gives its records the same ids.
 */
export function freshId(base: string, taken: (id: string) => boolean): string {
  if (!taken(base)) return base;
  const stem = base.replace(/~\d+$/, '').slice(0, 110);
  for (let n = 2; ; n += 1) {
    const id = `${stem}~${n}`;
    if (!taken(id)) return id;
  }
}

/** "Chair" becomes "Chair 2", then "Chair 3": the first number that no name in `names` has. */
export function freshName(name: string, names: ReadonlySet<string>): string {
  if (!names.has(name)) return name;
  const stem = name.replace(/ \d+$/, '').slice(0, 245);
  for (let n = 2; ; n += 1) {
    const candidate = `${stem} ${n}`;
    if (!names.has(candidate)) return candidate;
  }
}
