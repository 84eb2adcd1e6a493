import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';

/** One thing that is wrong with a body. */
export interface FieldProblem {
  /** Where, outermost name first; for a missing or unknown field the name of that field comes last. */
  readonly path: readonly string[];
  readonly kind: 'missing' | 'unknown' | 'type' | 'value';
  readonly message: string;
}

/** Tells what is wrong with a body; empty when nothing is. */
export type FieldChecker = (body: unknown) => readonly FieldProblem[];

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });

/** Makes a checker of a JSON schema. */
export function fieldChecker(schema: SchemaObject): FieldChecker {
  const validate = ajv.compile(schema);
  return (body) => (validate(body) ? [] : (validate.errors ?? []).filter(isCause).map(toProblem));
}

// The summary of an `anyOf` repeats what its branches say.
function isCause(error: ErrorObject): boolean {
  return error.keyword !== 'anyOf' && error.keyword !== 'oneOf' && error.keyword !== 'if';
}

function toProblem(error: ErrorObject): FieldProblem {
  const path = error.instancePath.split('/').slice(1);
  const message = error.message ?? error.keyword;
  if (error.keyword === 'required') {
    return { path: [...path, String(error.params['missingProperty'])], kind: 'missing', message };
  }
  if (error.keyword === 'additionalProperties') {
    return { path: [...path, String(error.params['additionalProperty'])], kind: 'unknown', message };
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params['allowedValues'] as unknown[]).map(String).join(', ');
    return { path, kind: 'value', message: `must be one of ${allowed}` };
  }
  return { path, kind: error.keyword === 'type' ? 'type' : 'value', message };
}
