import { filesOfInput } from './dropped-files.ts';
import { importFiles } from './import-files.ts';

/** Opens the browser's file dialog and imports what is chosen. */
export function chooseFiles(kind: 'files' | 'folder'): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  if (kind === 'folder') input.webkitdirectory = true;
  else input.accept = '.glb,.gltf,.bin,.png,.jpg,.jpeg,.webp,.ktx2';
  input.addEventListener('change', () => {
    if (input.files) void importFiles(filesOfInput(input.files));
  });
  input.click();
}
