import type { DioramaError } from '@diorama/contracts';
import type { Viewer } from '../accounts/viewer.ts';

/** What the middleware leaves on a request for those after it. */
export interface AppEnvironment {
  /** As node-server gives it; an in-process request has none. */
  Bindings: {
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } };
  };
  Variables: {
    requestId: string;
    /** Set when the answer was made with `framed`: then it has the headers that every answer carries. */
    isFramed: boolean | undefined;
    /** Who asks, once somebody wanted to know. */
    viewer: Viewer | null | undefined;
    /** Set when the answer is a problem, for the log. */
    problem: DioramaError | undefined;
  };
}
