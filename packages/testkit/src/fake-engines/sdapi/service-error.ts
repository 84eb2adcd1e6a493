import type { Answer } from '../kit/index.ts';
import type { SdApiFlavour } from './behaviour.ts';

/** A wrong field, as FastAPI lists it. */
export interface FieldError {
  loc: (string | number)[];
  msg: string;
  type: string;
  input?: unknown;
}

/** Something that ends a request: with a status of its own, or as an exception nobody expected. */
export class ServiceError extends Error {
  readonly status: number;
  readonly pythonType: string;
  readonly fields: FieldError[] | undefined;
  /** Answered in the plain form `{"error": text}`, which SD.Next uses in places. */
  readonly isPlain: boolean;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    more: {
      pythonType?: string;
      fields?: FieldError[];
      isPlain?: boolean;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.pythonType = more.pythonType ?? 'HTTPException';
    this.fields = more.fields;
    this.isPlain = more.isPlain ?? false;
    this.headers = more.headers ?? {};
  }
}

/** A 422 with its list of fields. */
export function fieldErrors(fields: FieldError[]): ServiceError {
  return new ServiceError(422, 'validation failed', { fields });
}

/** An exception inside the program. */
export function exception(pythonType: string, message: string): ServiceError {
  return new ServiceError(500, message, { pythonType });
}

/** The answer to an error in the form of each program. */
export function errorAnswer(error: ServiceError, flavour: SdApiFlavour): Answer {
  const { status, headers } = error;
  if (error.fields !== undefined) return { status, json: { detail: error.fields } };
  if (error.isPlain) return { status, json: { error: error.message } };
  const isExpected = error.pythonType === 'HTTPException';
  if (flavour === 'forge') {
    return isExpected
      ? { status, headers, json: { detail: error.message } }
      : { status, text: 'Internal Server Error' };
  }
  const described = {
    error: error.pythonType,
    detail: isExpected ? error.message : '',
    body: '',
    errors: isExpected ? '' : error.message,
  };
  return { status, headers, json: flavour === 'sdnext' ? { ...described, code: status } : described };
}
