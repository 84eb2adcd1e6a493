import { useRef } from 'react';
import { newId } from '../../app/new-id.ts';

/**
 * A key for each different body, the same one however often that body is sent: when only the answer was lost, trying
 * once more does not do it twice.
 */
export function useIdempotencyKey(): (body: unknown) => string {
  const keys = useRef(new Map<string, string>());
  return (body) => {
    const text = JSON.stringify(body);
    const key = keys.current.get(text) ?? newId();
    keys.current.set(text, key);
    return key;
  };
}
