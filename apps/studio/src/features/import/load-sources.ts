import { currentDocument } from '../scene/scene-store.ts';
import { decodeModel } from './model-reader.ts';
import { addDecoded, setLoading, setMissing, useSourceFiles } from './source-files.ts';
import { findSourceFile } from './upload-source.ts';

/** Fetches and decodes every model of the scene that is not there yet. What exists nowhere is marked as missing. */
export async function loadMissingSources(): Promise<void> {
  const { decoded, loading } = useSourceFiles.getState();
  const assets = new Set(Object.values(currentDocument().sources).map(({ asset }) => asset));
  await Promise.all(
    [...assets]
      .filter((asset) => !decoded.has(asset) && !loading.has(asset))
      .map(async (asset) => {
        setLoading(asset);
        try {
          const file = await findSourceFile(asset);
          if (file) addDecoded(asset, await decodeModel(file));
          else setMissing(asset);
        } catch {
          setMissing(asset);
        }
      }),
  );
}
