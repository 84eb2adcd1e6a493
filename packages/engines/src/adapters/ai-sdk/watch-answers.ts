type Fetch = typeof globalThis.fetch;

/**
 * A fetch whose successful answers to what is sent are shown to `look` before the SDK reads them: for facts that it
 * drops, and for answers that it would not understand. What `look` returns takes the place of the answer; undefined
 * leaves it. What is only fetched, as a picture behind a link, passes untouched.
 */
export function watchAnswers(fetch: Fetch, look: (answer: unknown) => unknown): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok || init?.method !== 'POST') return response;
    const text = await response.text();
    const replaced = await look(parseJson(text));
    return new Response(replaced === undefined ? text : JSON.stringify(replaced), {
      status: response.status,
      headers: response.headers,
    });
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
