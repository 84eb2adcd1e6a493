import { type DioramaError, toDioramaError } from '@diorama/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Action {
  readonly busy: boolean;
  /** Of the last time; null as soon as it is tried again. */
  readonly error: DioramaError | null;
  /** Resolves to whether it worked. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

/** Something that is sent to the server on a click: busy meanwhile, with its error beside what was clicked. */
export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: DioramaError | null }>({
    busy: false,
    error: null,
  });
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setState({ busy: true, error: null });
    try {
      await work();
      if (mounted.current) setState({ busy: false, error: null });
      return true;
    } catch (thrown) {
      const error = toDioramaError(thrown);
      if (mounted.current) setState({ busy: false, error: error.code === 'canceled' ? null : error });
      return false;
    }
  }, []);
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  return { ...state, run, clear };
}
