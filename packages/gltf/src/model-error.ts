import { DioramaError, type ErrorCode } from '@diorama/contracts';

/**
 * @param place Where in the file, as in `meshes[3].primitives[0].attributes.POSITION`.
 * @param fault What is wrong there, as a sentence.
 */
export function modelError(
  code: ErrorCode,
  place: string,
  fault: string,
  details: Record<string, unknown> = {},
): DioramaError {
  return new DioramaError(code, place ? `${place}: ${fault}` : fault, { details: { place, ...details } });
}

export function invalidModel(place: string, fault: string): DioramaError {
  return modelError('invalid-model', place, fault);
}

/** A number over its limit. */
export function overLimit(place: string, what: string, value: number, limit: number): DioramaError {
  return modelError(
    'model-too-large',
    place,
    `${what}: ${value.toLocaleString('en')}; at most ${limit.toLocaleString('en')} are allowed.`,
    {
      value,
      limit,
    },
  );
}
