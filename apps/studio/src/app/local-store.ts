/**
 * A small key-value store in the browser (IndexedDB), for what is too large for localStorage: the scene document and
 * the model files that it needs. Losing it is a nuisance and never an error, so every call survives a browser that
 * refuses it (private windows, full disks).
 */

const DATABASE = 'diorama';
const VERSION = 1;
const STORES = ['state', 'files'] as const;
type StoreName = (typeof STORES)[number];

let opening: Promise<IDBDatabase | null> | null = null;

function open(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') {
      resolve(null);
      return;
    }
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      for (const name of STORES)
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
  return opening;
}

async function run<T>(
  store: StoreName,
  mode: IDBTransactionMode,
  work: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const database = await open();
  if (!database) return undefined;
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(undefined);
      transaction.onerror = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}

export async function loadState<T>(key: string): Promise<T | undefined> {
  return (await run('state', 'readonly', (objects) => objects.get(key))) as T | undefined;
}

export async function saveState(key: string, value: unknown): Promise<void> {
  await run('state', 'readwrite', (objects) => objects.put(value, key));
}

export async function loadFile(asset: string): Promise<Blob | undefined> {
  return (await run('files', 'readonly', (objects) => objects.get(asset))) as Blob | undefined;
}

export async function saveFile(asset: string, file: Blob): Promise<void> {
  await run('files', 'readwrite', (objects) => objects.put(file, asset));
}

/** Deletes the files that no scene needs any more. */
export async function keepOnlyFiles(assets: ReadonlySet<string>): Promise<void> {
  const keys = await run('files', 'readonly', (objects) => objects.getAllKeys());
  for (const key of keys ?? [])
    if (!assets.has(String(key))) await run('files', 'readwrite', (objects) => objects.delete(key));
}

/** Deletes everything that is kept here. */
export async function clearLocalStore(): Promise<void> {
  for (const name of STORES) await run(name, 'readwrite', (objects) => objects.clear());
}
