/** The members of a JSON object as they are written: in order, and each of two that have one name. */

type Member = readonly [name: string, text: string];

/** Where the value that begins at `from` ends: at a comma or brace of the same depth, outside texts. */
function endOfValue(json: string, from: number): number {
  let [depth, inText] = [0, false];
  for (let at = from; at < json.length; at++) {
    const letter = json[at] as string;
    if (inText && letter === '\\') at++;
    else if (letter === '"') inText = !inText;
    else if (!inText && '[{'.includes(letter)) depth++;
    else if (!inText && depth > 0 && ']}'.includes(letter)) depth--;
    else if (!inText && depth === 0 && ',}'.includes(letter)) return at;
  }
  throw new Error(`no end of the value at ${from}`);
}

/** @param json an object without blanks between its parts @throws when it is none */
export function membersIn(json: string): readonly Member[] {
  if (!json.startsWith('{') || !json.endsWith('}')) throw new Error('no object');
  const members: Member[] = [];
  for (let at = 1; json[at] === '"'; ) {
    const colon = /^"(?:[^"\\]|\\.)*":/.exec(json.slice(at))?.[0].length ?? 0;
    const end = endOfValue(json, at + colon);
    members.push([JSON.parse(json.slice(at, at + colon - 1)) as string, json.slice(at + colon, end)]);
    at = end + 1;
  }
  return members;
}
