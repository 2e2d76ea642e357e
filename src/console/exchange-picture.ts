/**
 * A token request as a picture: who told whom what, in order. It is a list, laid out in lanes, so that it can be read aloud as
 * it is. What the org has not seen itself is dashed, and says so.
 */
import { type Html, html, type Interpolation } from '../html/html.js';

export interface Hop {
  readonly from: number;
  readonly to: number;
  readonly says: Interpolation;
  /** `elsewhere`: the org had no part in it, or cannot tell what it was for. */
  readonly kind?: 'seen' | 'elsewhere' | 'refused';
}

/** @param lanes names of those who take part, at most three, from the left to the right */
export function picture(lanes: readonly string[], hops: readonly Hop[]): Html {
  const hop = ({ from, to, says, kind = 'seen' }: Hop) =>
    html`<li class="hop ${kind} span-${Math.min(from, to)}-${Math.max(from, to)} ${to > from ? 'right' : 'left'}"><span class="ends">${lanes[from]} → ${lanes[to]}</span> <span class="says">${says}</span></li>`;
  return html`<div class="lanes of-${lanes.length}"><ul class="names" aria-hidden="true">${lanes.map((lane) => html`<li>${lane}</li>`)}</ul>
<ol class="hops" aria-label="What was said, in order">${hops.map(hop)}</ol></div>`;
}
