import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_CODES, explainCode, GUEST_SOCKET_CODES, OUTCOMES, PLATFORM_CODES } from '@backchannel/client/errors';
import { GUEST_CODES, PLATFORM_ERRORS } from '@backchannel/protocol';
import { describe, expect, test } from 'vitest';
import { SERVED_ROUTES } from '../../packages/emulator/src/served-routes.ts';
import { root } from '../workspaces.ts';
import { confidenceGaps, confidencePage } from './confidence.ts';
import { clientCodes, codesIn } from './errors.ts';
import { allHoldings, holdingsIn } from './held.ts';
import { generatedPages } from './pages.ts';

const holdings = allHoldings();

describe('the generated pages', () => {
  test.each([...generatedPages()])('%s is what `npm run docs` writes', (file, content) => {
    expect(readFileSync(join(root, file), 'utf8'), 'stale: run npm run docs').toBe(content);
  });
});

describe('the confidence page', () => {
  test('every row is held by a test, and every test that holds something names a row', () => {
    const { unheld, unknown } = confidenceGaps(holdings);
    expect(unheld.map(({ id }) => id)).toEqual([]);
    expect(unknown).toEqual([]);
  });

  test('a row whose last test goes is missed, and so is the row of a test that names none', () => {
    const without = holdings.filter(({ ids }) => !ids.includes('GUEST-JWT-LIFE'));
    expect(confidenceGaps(without).unheld.map(({ id }) => id)).toContain('GUEST-JWT-LIFE');
    const stray = { file: 'a.test.ts', title: 'b', ids: ['GUEST-JWT-LIVE', 'limb:*'] };
    expect(confidenceGaps([...holdings, stray]).unknown).toEqual([
      'GUEST-JWT-LIVE (a.test.ts: b)',
      'limb:* (a.test.ts: b)',
    ]);
  });

  test('it has a row for whatever a fault can be aimed at, which is all that is served over HTTP', () => {
    const page = confidencePage(holdings);
    expect(SERVED_ROUTES.ids.filter((id) => !page.includes(`| \`op:${id}\` |`))).toEqual([]);
  });

  test('it shows the test beside its row', () => {
    expect(confidencePage([{ file: 'a.test.ts', title: 'a | b', ids: ['GUEST-ECHO'] }])).toMatch(
      /^\| `GUEST-ECHO` \|.*\| documented \|.*\| \[a \\\| b\]\(\.\.\/a\.test\.ts\) \|$/m,
    );
  });
});

describe('the page of errors', () => {
  test('has every code that the client can give, and no other', () => {
    expect(Object.keys(CLIENT_CODES).toSorted()).toEqual([...clientCodes()].toSorted());
  });

  test('has every known code of the platform and of the guest socket', () => {
    expect(Object.keys(PLATFORM_CODES).toSorted()).toEqual(Object.keys(PLATFORM_ERRORS).toSorted());
    expect(Object.keys(GUEST_SOCKET_CODES)).toEqual(Object.keys(GUEST_CODES));
  });

  test('a code is found in the sources wherever it stands', () => {
    const source = `
      import x from 'not.a-code';
      this.#notice('frame.odd', 'A text. With dots.');
      new BackchannelError('late', text);
      const notice = { code: 'a-b.c', text: 'x' };
    `;
    expect([...codesIn('f.ts', source)]).toEqual(['frame.odd', 'late', 'a-b.c']);
  });

  test('cause and fix are at hand in code, whatever kind of code it is', () => {
    expect(explainCode('text.invalid')).toBe(CLIENT_CODES['text.invalid']);
    expect(explainCode('platform.not.a.user')).toBe(PLATFORM_CODES['not.a.user']);
    expect(explainCode('suppressed:gap')).toBe(OUTCOMES['suppressed:gap']);
    expect(explainCode(4011)).toBe(GUEST_SOCKET_CODES[4011]);
    expect(explainCode('constructor')).toBeUndefined();
  });
});

// Written in parts, so that the search for real ones does not find these.
const line = '// hold' + 's:';

describe('what a test holds', () => {
  test('is read from the comment above it, in all the ways a test can be written', () => {
    const text = `
      describe('x', () => {
        // Why it is here.
        ${line} A-1, switch:b
        // op:c
        it('says one', () => {});
      });
      ${line} A-2
      test.each([1])(
        \`says \${two}\`,
        () => {},
      );
      test('holds nothing', () => {});
    `;
    expect(holdingsIn('f', text)).toEqual([
      { file: 'f', title: 'says one', ids: ['A-1', 'switch:b', 'op:c'] },
      { file: 'f', title: expect.stringMatching(/^says .*two/), ids: ['A-2'] },
    ]);
  });

  test('stands above a test, nowhere else', () => {
    expect(() => holdingsIn('f', `${line} A-1\nconst x = 1;\ntest('y', () => {});`)).toThrow(/right above its test/);
  });
});
