const ESCAPE = '\x1b';
/** A control sequence, another control character, or text. */
const TOKEN = new RegExp(`${ESCAPE}\\[(?<code>[?\\d;]*[A-Za-z])|(?<control>\\p{Cc})|(?<text>\\P{Cc}+)`, 'gu');
/** Colours, and the brackets of a synchronized update: nothing moves. */
const HARMLESS = /^(?:\?2026[hl]|[\d;]*m)$/;

/**
 * What a person sees after a terminal has read `written`: its lines, without colours. Knows the few sequences that the
 * command line uses, and refuses any other, so a new one cannot slip through unseen.
 */
export function shownBy(written: string): { readonly lines: string[]; readonly cursor: boolean } {
  const lines = [''];
  let cursor = true;
  for (const { groups: { code, control, text } = {} } of written.matchAll(TOKEN)) {
    const last = lines.length - 1;
    if (text !== undefined) lines[last] += text;
    else if (code === '2K') lines[last] = '';
    else if (code === '?25l' || code === '?25h') cursor = code === '?25h';
    else if (control === '\n') lines.push('');
    // A carriage return comes only before an erased line, so the column need not be known.
    else if (control !== '\r' && !HARMLESS.test(code ?? '')) {
      throw new Error(`The terminal was sent something unknown: ${JSON.stringify(code ?? control)}`);
    }
  }
  return { lines, cursor };
}
