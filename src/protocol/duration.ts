/** Lengths of time as a person writes them: `10m`, `1h30m`, `-90s`, `250ms`, or a number of seconds. */
import * as z from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

const WHOLE = /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g;

/** A hundred years and more; what lies beyond is no date in JavaScript. */
const LONGEST = 4e12;

/** Milliseconds; undefined where the text is no length of time. */
export function durationOf(text: string): number | undefined {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const [, sign, parts] = WHOLE.exec(text) ?? [];
  if (parts === undefined) return undefined;
  const sum = [...parts.matchAll(PART)].reduce((all, [, count, unit]) => all + Number(count) * UNITS[unit as Unit], 0);
  return sign === '-' ? -sum : sum;
}

/** As it is written. */
export type Written = string | number;

/** Milliseconds of what one of the schemas below has let through. */
export function milliseconds(written: Written): number {
  return Math.round(typeof written === 'number' ? written * 1000 : (durationOf(written) as number));
}

function problemWith(written: Written, least: number, most: number): string | undefined {
  const length = typeof written === 'number' ? written * 1000 : durationOf(written);
  if (length === undefined) return 'is no length of time, such as 10m, 90s, 250ms or a number of seconds';
  if (length >= least && length <= most) return undefined;
  return `is ${length < least ? 'below' : 'above'} what is allowed: ${least / 1000} to ${most / 1000} seconds`;
}

/**
 * A length of time that is kept as it is written: for records.
 * @param least milliseconds
 * @param most milliseconds
 */
export function WrittenDuration(least = -LONGEST, most = LONGEST) {
  return z
    .union([z.number(), z.string().max(50)])
    .superRefine((written, context) => {
      const message = problemWith(written, least, most);
      if (message !== undefined) context.addIssue({ code: 'custom', message, continue: false });
    })
    .describe('Such as 10m, 1h30m, 90s or 250ms; a number is seconds.');
}

/** The same, read as milliseconds: for requests. */
export function Duration(least?: number, most?: number) {
  return WrittenDuration(least, most).transform(milliseconds);
}
