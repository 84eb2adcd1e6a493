import { type Asset, type Generation, type Post, postSchema } from '@diorama/contracts';
import { assembleGlb } from '@diorama/testkit';
import { createAccountsServer, type TestAccount } from '../../__fixtures__/test-accounts.ts';
import { encodePng } from '../../__fixtures__/test-engine.ts';
import type { TestServerOptions } from '../../__fixtures__/test-server.ts';

export type Gallery = Awaited<ReturnType<typeof createGallery>>;

let colours = 0;

/** A server with accounts, and people who make and show images. */
export async function createGallery(options: TestServerOptions = {}) {
  const server = await createAccountsServer(options);

  const upload = async (account: TestAccount, bytes: Uint8Array): Promise<Asset> => {
    const response = await account.api('/assets', { method: 'POST', body: new Uint8Array(bytes) });
    if (response.status !== 201) throw new Error(await response.text());
    return (await response.json()) as Asset;
  };

  /** A picture that nobody else has. */
  const uploadPicture = async (account: TestAccount): Promise<Asset> => {
    colours += 1;
    return await upload(account, encodePng(24, 16, [colours & 255, colours >> 8, 77]));
  };

  /** A scene document and the model that it uses. */
  const uploadScene = async (account: TestAccount): Promise<{ scene: Asset; model: Asset }> => {
    colours += 1;
    const model = await upload(account, triangleGlb(`lamp ${colours}`));
    const scene = await upload(
      account,
      Buffer.from(
        JSON.stringify({
          format: 'diorama-scene',
          version: 1,
          name: `Scene ${colours}`,
          sources: { s: { id: 's', asset: model.id, name: 'lamp.glb' } },
          nodes: {},
          materials: {},
          views: {},
        }),
      ),
    );
    return { scene, model };
  };

  const makeImage = async (account: TestAccount, request: object = {}): Promise<Generation> => {
    const response = await account.api('/generations', {
      json: { engine: 'test', size: 256, prompt: 'a red chair', ...request },
    });
    if (response.status !== 202) throw new Error(await response.text());
    return await server.finished(((await response.json()) as Generation).id);
  };

  const publish = async (account: TestAccount, wanted: object, headers: Record<string, string> = {}) =>
    await account.api('/community/posts', {
      json: { title: 'Untitled', licence: 'CC0-1.0', ...wanted },
      headers,
    });

  return {
    ...server,
    upload,
    uploadPicture,
    uploadScene,
    makeImage,
    publish,
    /** Makes an image and publishes it. */
    show: async (account: TestAccount, wanted: object = {}, request: object = {}): Promise<Post> => {
      const generation = await makeImage(account, request);
      const response = await publish(account, { generation: generation.id, ...wanted });
      if (response.status !== 201) throw new Error(await response.text());
      return postSchema.parse(await response.json());
    },
    set: async (settings: object): Promise<void> => {
      const response = await server.owner.api('/community/settings', { method: 'PATCH', json: settings });
      if (response.status !== 200) throw new Error(await response.text());
    },
    /** The path of an address that the API gave, without its prefix. */
    bytesOf: async (account: TestAccount, url: string): Promise<Uint8Array> =>
      new Uint8Array(await (await account.api(url.replace('/api/v1', ''))).arrayBuffer()),
  };
}

function triangleGlb(name: string): Uint8Array {
  const bin = new Uint8Array(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]).buffer);
  return assembleGlb(
    {
      asset: { version: '2.0' },
      scene: 0,
      scenes: [{ nodes: [0] }],
      nodes: [{ name, mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
      accessors: [
        { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] },
      ],
      bufferViews: [{ buffer: 0, byteLength: bin.byteLength }],
      buffers: [{ byteLength: bin.byteLength }],
    },
    bin,
  );
}
