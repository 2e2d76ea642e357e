/** What a page says was done. The address of the page names it, so that nobody can put words of their own there. */

export const DONE = {
  saved: 'Saved.',
  created: 'Created.',
  deleted: 'Deleted.',
} as const;
export type Done = keyof typeof DONE;
