import { DioramaError, type ErrorCode } from '@diorama/contracts';

/**
 * Refuses JSON that nests deeper than `maxDepth`, before anything recursive walks over it.
 *
 * @throws {DioramaError} With the given code.
 */
export function requireShallow(json: unknown, maxDepth: number, code: ErrorCode): void {
  const open: { value: object; depth: number }[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > maxDepth) throw new DioramaError(code, `The JSON nests deeper than ${maxDepth} levels.`);
    open.push({ value, depth });
  };
  visit(json, 1);
  for (let next = open.pop(); next; next = open.pop())
    for (const child of Object.values(next.value)) visit(child, next.depth + 1);
}
