/**
 * Opens a store by its URL. Each engine is imported only when it is asked for, so that nobody loads another one's
 * driver.
 */
import { fileURLToPath } from 'node:url';
import type { AnyCollection } from '../registry/collection.js';
import { type Store, StoreFailure } from './port.js';

/**
 * @param url `memory:`, or `file:PATH` with an absolute path or one relative to the working directory;
 *   `file:///abs/path` is read as a URL, with its percent-encoding
 * @param collections every collection the program will use; no other can be read or written
 * @throws {StoreFailure} when the URL is neither, or the file cannot be used; the message says what to do
 */
export async function openStore(url: string, collections: readonly AnyCollection[]): Promise<Store> {
  if (url === 'memory:') {
    const { memoryStore } = await import('./memory.js');
    return memoryStore(collections);
  }
  const path = filePath(url);
  const { openFileStore } = await import('./file.js');
  return openFileStore(path, collections);
}

function filePath(url: string): string {
  const path = url.startsWith('file://') ? absolutePath(url) : url.startsWith('file:') ? url.slice('file:'.length) : '';
  if (path !== '') return path;
  throw new StoreFailure(
    `"${url}" is not a store. Use memory: (nothing outlives the process) or file:PATH (one JSON file, ` +
      'for example file:data/store.json).',
  );
}

function absolutePath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    // Another host, a relative path behind the slashes, or broken percent-encoding: said by the caller in one sentence.
    return '';
  }
}
