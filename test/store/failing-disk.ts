/**
 * A disk under a test's control: it holds one text, takes its time, and refuses when told to.
 */
import { setImmediate } from 'node:timers/promises';
import type { Disk } from '../../src/store/file.js';

export interface FailingDisk extends Disk {
  /** What the file holds. */
  readonly text: string | undefined;
  /** Texts that were to be written, the refused ones too. */
  readonly attempts: number;
}

export type Refusal = 'replace' | 'sync' | undefined;

/** A full disk, as Node reports it. */
function full(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

/** @param plan asked before each write: what shall refuse it */
export function failingDisk(plan: () => Refusal): FailingDisk {
  let text: string | undefined;
  let attempts = 0;
  let refusal: Refusal;
  return {
    get text() {
      return text;
    },
    get attempts() {
      return attempts;
    },
    async replaceFile(_path, next) {
      attempts++;
      refusal = plan();
      await setImmediate();
      await setImmediate();
      if (refusal === 'replace') throw full();
      text = next;
    },
    async syncDirectory() {
      await setImmediate();
      if (refusal === 'sync') throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    },
  };
}
