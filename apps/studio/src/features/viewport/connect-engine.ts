import { useView } from '../../app/view-store.ts';
import { useSourceFiles } from '../import/source-files.ts';
import { useScene } from '../scene/scene-store.ts';
import type { DecodedSource } from './decoded-source.ts';
import type { ViewportEngine } from './viewport-engine.ts';

/**
 * Keeps the engine at the state of the stores until the returned function is called.
 *
 * Subscribed directly and not through rendering: whoever changes the document can ask for its bounds in the next line.
 */
export function connectEngine(engine: ViewportEngine): () => void {
  const showDocument = () => {
    const { document } = useScene.getState();
    engine.setDocument(document, sourcesOf(document.sources, useSourceFiles.getState().decoded));
  };
  const showTool = () => {
    const { tool } = useView.getState();
    engine.setTool(tool === 'select' ? null : tool);
  };
  showDocument();
  engine.setSelection(useScene.getState().selection);
  showTool();
  engine.setGridVisible(useView.getState().gridVisible);
  const ends = [
    useScene.subscribe((state, before) => {
      if (state.document !== before.document) showDocument();
      if (state.selection !== before.selection) engine.setSelection(state.selection);
    }),
    useSourceFiles.subscribe((state, before) => {
      if (state.decoded !== before.decoded) showDocument();
    }),
    useView.subscribe((state, before) => {
      if (state.tool !== before.tool) showTool();
      if (state.gridVisible !== before.gridVisible) engine.setGridVisible(state.gridVisible);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** The document names sources by its own ids; files are known by what they contain. */
function sourcesOf(
  sources: Readonly<Record<string, { readonly id: string; readonly asset: string }>>,
  decoded: ReadonlyMap<string, DecodedSource>,
): ReadonlyMap<string, DecodedSource> {
  const found = new Map<string, DecodedSource>();
  for (const { id, asset } of Object.values(sources)) {
    const file = decoded.get(asset);
    if (file) found.set(id, file);
  }
  return found;
}
