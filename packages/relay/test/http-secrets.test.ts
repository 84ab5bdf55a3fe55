import { describe, expect, it } from 'vitest';
import { servedDouble } from './support/served-double.ts';

/** What must be found nowhere: each is planted where a caller or a platform could put it. */
const PLANTED = /planted/i;

describe('secrets and texts', () => {
  it('appear in no log line, no metric and no problem, at any level', async () => {
    await using served = await servedDouble({
      settings: { log: { level: 'debug' } },
      commands: {
        message: async () => {
          JSON.parse('planted text that is no JSON');
          throw new Error('unreachable');
        },
      },
    });
    const token = await served.tokenFor('main');
    const answers: string[] = [];
    const ask = async (
      method: 'GET' | 'POST' | 'PUT',
      url: string,
      payload?: unknown,
      headers: object = served.as(token),
    ) => {
      const answer = await served.app.inject({
        method,
        url,
        headers: { ...headers },
        ...(payload !== undefined && { payload: payload as object }),
      });
      answers.push(`${JSON.stringify(answer.headers)} ${answer.body}`);
      return answer.statusCode;
    };
    const c1 = '/v1/conversations/c1';
    const typing = `${c1}/typing`;
    const messages = `${c1}/messages`;
    expect([
      await ask('POST', messages, { participant: 'guest', text: 'planted text' }),
      await ask('POST', messages, { participant: 'guest', text: { planted: 'planted text' } }),
      await ask('POST', messages, '{"text":"planted text', { ...served.as(token), 'content-type': 'application/json' }),
      await ask('POST', typing, { participant: 'planted text with blanks', typing: 'planted', 'planted member!': 1 }),
      await ask('PUT', c1, {
        guest: { token: ['planted-guest-token'], nickname: 'planted nickname', attributes: { a: {} } },
      }),
      await ask('PUT', c1, { guest: { token: 'planted-guest-token', nickname: 'planted nickname' } }),
      await ask('GET', '/v1/whoami', undefined, { authorization: 'Bearer planted-token' }),
      await ask('GET', '/v1/whoami?token=planted-token'),
      await ask('GET', '/planted/path/of/a/person'),
      await ask('POST', '/oauth/token', {
        grant_type: 'client_credentials',
        client_id: 'main',
        client_secret: 'planted-secret',
      }),
      await ask('POST', '/oauth/token', {
        grant_type: 'planted grant',
        client_id: ['planted'],
        scope: 'planted scope',
      }),
      await ask('GET', '/v1/whoami', undefined, { ...served.as(token), origin: 'https://planted.example' }),
      await ask('GET', '/metrics'),
    ]).toEqual([500, 400, 400, 400, 400, 201, 401, 200, 404, 401, 400, 403, 200]);

    // The nickname is the caller's own, and the answer to its own call.
    const shown = answers.filter((answer) => !answer.includes('"createdAt"'));
    expect(shown.length).toBe(answers.length - 1);
    for (const answer of shown) expect(answer).not.toMatch(PLANTED);
    expect(served.lines.length).toBeGreaterThan(10);
    for (const line of served.lines) {
      expect(line).not.toMatch(PLANTED);
      expect(line).not.toContain(token);
    }
  });

  it('a field that nobody listed is not logged, whatever somebody passes', async () => {
    await using served = await servedDouble({ settings: { log: { level: 'info' } } });
    const careless: object = { clientId: 'main', text: 'planted', token: 'planted', error: new Error('no text') };
    served.server.log.info('told', careless);
    expect(served.lines.map((line) => JSON.parse(line))).toMatchObject([{ msg: 'told', clientId: 'main' }]);
    expect(served.lines.join('')).not.toMatch(PLANTED);
  });
});
