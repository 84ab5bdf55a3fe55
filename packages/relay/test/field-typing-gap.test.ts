import { describe, expect, it } from 'vitest';
import { fieldReportRoutes } from '../src/field-reports/field-report-routes.ts';
import { servedDouble, view } from './support/served-double.ts';

const SESSION = '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10';

/** F5 on a clock that stands still until it is told. */
async function session() {
  const served = await servedDouble({
    areas: [fieldReportRoutes],
    commands: { conversationOfGuest: async () => view(SESSION).binding },
  });
  const headers = served.as(await served.tokenFor('main'));
  return {
    clock: served.clock,
    async type() {
      const url = '/api/v2/messaging/guests/ada/typing';
      const payload = { sessionId: SESSION, type: 'typing' };
      const answer = await served.app.inject({ method: 'POST', url, headers, payload });
      return [answer.statusCode, answer.headers['retry-after']];
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

describe('typing of a session', () => {
  it('may come a little early, for who types each 2 s by a clock of its own', async () => {
    await using ada = await session();
    for (const passedMs of [0, 1_960, 2_040, 1_800]) {
      await ada.clock.advance(passedMs);
      expect(await ada.type()).toEqual([202, undefined]);
    }
    await ada.clock.advance(1_799);
    expect(await ada.type()).toEqual([429, '1']);
  });

  it('is told to wait for as long as the whole gap', async () => {
    await using ada = await session();
    await ada.type();
    await ada.clock.advance(900);
    expect(await ada.type()).toEqual([429, '2']);
  });
});
