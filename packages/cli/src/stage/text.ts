const ELLIPSIS = '…';

/** One line that cannot move the cursor or change colours, whoever wrote it. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');

/** Characters that take two columns: East Asian wide ones and pictographs. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Characters that take none: combining marks, joiners, variation selectors. */
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

const columnsOfCharacter = (character: string): number =>
  ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;

/** Columns that `text` takes on a terminal. An estimate: terminals disagree about joined emoji. */
export const columnsOf = (text: string): number =>
  [...text].reduce((total, character) => total + columnsOfCharacter(character), 0);

/** Exactly `columns` wide: padded with spaces, or cut with an ellipsis. */
export function fit(text: string, columns: number): string {
  const cut = columnsOf(text) <= columns ? text : head(text, columns - 1) + ELLIPSIS;
  return cut + ' '.repeat(Math.max(0, columns - columnsOf(cut)));
}

/** Like `fit`, but keeps the end: what is being typed now is at the end. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return fit(text, columns);
  const tail = [...head([...text].reverse().join(''), columns - 1)].reverse().join('');
  return fit(ELLIPSIS + tail, columns);
}

/** As many characters from the start as fit into `columns`. */
function head(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOfCharacter(character);
    if (used > columns) break;
    taken += character;
  }
  return taken;
}
