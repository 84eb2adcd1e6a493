import { z } from 'zod';
import type { AdapterIo } from '../../kit/remote/adapter.ts';

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ b64_json: z.string().nullish(), url: z.string().nullish() })),
});

/**
 * An answer whose pictures stand behind links, with the pictures themselves instead: fetched by the kit's rules for
 * addresses, where the SDK would refuse every private one but the server's own. Links may be relative and `data:`.
 *
 * @returns undefined when there is nothing to replace.
 */
export async function withPicturesInside(
  answer: unknown,
  address: string,
  io: Pick<AdapterIo, 'http'>,
): Promise<unknown> {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success || parsed.data.data.every(hasPicture)) return undefined;
  const data = await Promise.all(
    parsed.data.data.map(async (entry) => {
      if (hasPicture(entry) || !entry.url) return entry;
      return { ...entry, b64_json: await base64At(entry.url, address, io), url: null };
    }),
  );
  return { ...parsed.data, data };
}

function hasPicture(entry: { readonly b64_json?: string | null | undefined }): boolean {
  return typeof entry.b64_json === 'string' && entry.b64_json !== '';
}

async function base64At(link: string, address: string, io: Pick<AdapterIo, 'http'>): Promise<string> {
  const inline = /^data:[^,]*;base64,(.*)$/s.exec(link)?.[1];
  if (inline !== undefined) return inline;
  const url = URL.canParse(link, `${address}/`) ? addressOf(new URL(link, `${address}/`), address) : link;
  const { body } = await io.http.bytes({ url });
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
}

/** A server in a container often calls itself by a loopback name, which means nothing here: its own address is meant. */
function addressOf(link: URL, address: string): string {
  const isLoopback = /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1\])$/.test(link.hostname);
  return isLoopback ? new URL(link.pathname + link.search, address).href : link.href;
}
