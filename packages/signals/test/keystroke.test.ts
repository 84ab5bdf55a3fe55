import { describe, expect, test } from 'vitest';
import { type KeystrokeKind, keystrokeKindOf } from '../src/index.ts';

describe('the kind of a keystroke', () => {
  test.each<[string, string | null, KeystrokeKind | undefined]>([
    ['insertText', 'a', 'letter'],
    ['insertText', 'é', 'letter'],
    ['insertText', '👍', 'letter'],
    ['insertText', ',', 'letter'],
    ['insertText', null, 'letter'],
    ['insertText', ' ', 'space'],
    ['insertText', '\u00a0', 'space'],
    ['insertText', '.', 'stop'],
    ['insertText', '?!', 'stop'],
    ['insertText', '。', 'stop'],
    ['insertText', '\n', 'newline'],
    ['insertText', 'dictated words', 'commit'],
    ['insertLineBreak', null, 'newline'],
    ['insertParagraph', null, 'newline'],
    ['insertFromPaste', 'a', 'paste'],
    ['insertFromDrop', null, 'paste'],
    ['insertFromYank', null, 'paste'],
    ['insertCompositionText', 'にほ', 'letter'],
    ['insertFromComposition', '日本', 'commit'],
    ['insertReplacementText', 'the', 'commit'],
    ['insertSomethingNew', 'x', 'letter'],
    ['deleteContentBackward', null, 'delete'],
    ['deleteByCut', null, 'delete'],
    ['historyUndo', null, 'commit'],
    ['historyRedo', null, 'commit'],
  ])('%s of %j is a %s', (inputType, data, kind) => {
    expect(keystrokeKindOf(inputType, data)).toBe(kind);
  });

  test.each(['formatBold', 'formatSetBlockTextDirection', ''])('%j changes no text by hand', (inputType) => {
    expect(keystrokeKindOf(inputType, 'a')).toBeUndefined();
  });
});
