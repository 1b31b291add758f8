/** What in a text could name its author: the words to look at again. Found here, told to nobody. */

const KINDS: [string, RegExp][] = [
  ["an e-mail address", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu],
  ["a web address", /\bhttps?:\/\/\S+|\bwww\.\S+/giu],
  ["a telephone or staff number", /(?<![\w.-])\+?\d[\d ()/-]{6,}\d(?![\w-])/gu],
  ["an exact time", /\b\d{1,2}:\d{2}\b/gu],
  ["your place among people", /\b(?:my|our) (?:team|manager|boss|desk|office|project|colleagues?|lead|report|group|e-?mail|calendar)\b/giu],
  ["what you did yourself", /\bI (?:wrote|said|told|asked|attended|sent|received|was asked|reported|noticed|ran|reviewed|warned)\b/giu],
  ["a small circle", /\b(?:only|just) (?:we|I|the )?\s?(?:two|three|four|five|few|\d) (?:of us|people|persons?)\b/giu],
];

export interface Mark {
  kind: string;
  words: string;
}

export function marks(text: string, most = 12): Mark[] {
  const found: Mark[] = [];
  for (const [kind, pattern] of KINDS) {
    for (const [words] of text.matchAll(pattern)) {
      if (!found.some((m) => m.kind === kind && m.words === words)) found.push({ kind, words });
    }
  }
  return found.slice(0, most);
}
