/**
 * What a content-changing input was, as far as typing rhythm cares; never which character.
 *
 * - `letter`: anything inside a word.
 * - `space`: the end of a word.
 * - `stop`: punctuation that ends a sentence.
 * - `newline`: a line or a paragraph.
 * - `delete`: any removal. The caller reports a draft that became empty as `cleared`.
 * - `paste`: text from elsewhere (clipboard, drop).
 * - `commit`: many characters at once from an input method, dictation, autocomplete or undo.
 */
export type KeystrokeKind = 'letter' | 'space' | 'stop' | 'newline' | 'delete' | 'paste' | 'commit';

/**
 * Reads the kind off a DOM `InputEvent`'s `inputType` and `data` (Input Events Level 2, section 4.1.2).
 *
 * @returns `undefined` when the text did not change by the user's hand: formatting, and the empty `inputType` that
 *   scripts produce. An unknown `insert…` counts as a letter, so that a new input type never hides that someone types.
 *
 * @example
 * field.addEventListener('input', (event) => {
 *   const kind = keystrokeKindOf(event.inputType, event.data);
 *   if (kind) composing.keystroke(clock.now(), kind);
 * });
 */
export function keystrokeKindOf(inputType: string, data: string | null): KeystrokeKind | undefined {
  if (inputType.startsWith('delete')) return 'delete';
  if (inputType.startsWith('history')) return 'commit';
  if (!inputType.startsWith('insert')) return undefined;
  if (/LineBreak|Paragraph/.test(inputType)) return 'newline';
  if (/Paste|Drop|Yank/.test(inputType)) return 'paste';
  // Composition text changes key by key and carries the whole composed string; only its end is a commit.
  if (inputType === 'insertCompositionText') return 'letter';
  if (/FromComposition|Replacement/.test(inputType)) return 'commit';
  if (!data) return 'letter';
  if (data === '\n') return 'newline';
  if (data.trim() === '') return 'space';
  if (/^[.!?…。！？؟।]+$/u.test(data)) return 'stop';
  return [...data].length > 1 ? 'commit' : 'letter';
}
