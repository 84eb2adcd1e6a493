import type { DioramaError } from '@diorama/contracts';

/** What the middleware leaves on a request for those after it. */
export interface AppEnvironment {
  Variables: {
    requestId: string;
    /** Set when the answer is a problem, for the log. */
    problem: DioramaError | undefined;
  };
}
