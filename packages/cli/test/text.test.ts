import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf, fit, fitEnd, printable } from '../src/stage/text.ts';

describe('fit', () => {
  test.each([
    ['pads', 'abc', 5, 'abc  '],
    ['cuts with an ellipsis', 'abcdef', 5, 'abcd…'],
    ['counts wide characters as two columns', '漢字漢字', 5, '漢字…'],
    ['never cuts a wide character in half', '漢字漢字', 6, '漢字… '],
    ['counts a combining mark as nothing', 'e\u0301tat', 4, 'e\u0301tat'],
  ])('%s', (_, text, columns, expected) => {
    expect(fit(text, columns)).toBe(expected);
  });

  test('is as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 60 }), (text, columns) => {
        expect(columnsOf(fit(printable(text), columns))).toBe(columns);
        expect(columnsOf(fitEnd(printable(text), columns))).toBe(columns);
      }),
    );
  });
});

test('fitEnd keeps the end, where the typing is', () => {
  expect(fitEnd('abcdef', 4)).toBe('…def');
});

test('printable leaves nothing that could steer a terminal', () => {
  expect(printable('a\x1b[31mb\r\nc\u0085d\u202ee\u2028f')).toBe('a [31mb c d e f');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    }),
  );
});
