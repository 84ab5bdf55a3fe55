import { systemPorts } from '@backchannel/client';
import { describe, expect, it } from 'vitest';
import { Access, CONVERSATION_REQUESTS_PER_MINUTE } from '../src/access/access.ts';
import { TICKET_LIFETIME_MS, TICKETS_MAX } from '../src/access/tickets.ts';
import { TokenSigner } from '../src/access/token-signer.ts';
import { KEY, relaySettings } from './support/relay-settings.ts';
import { standingPorts } from './support/served-double.ts';

const OTHER_KEY = 'ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const address = '127.0.0.1';

function accessWith(changes: Parameters<typeof relaySettings>[0] = {}) {
  const ports = standingPorts();
  return { access: new Access(relaySettings(changes), ports), clock: ports.clock };
}

const tokens = (keys: readonly string[], lifetimeSeconds = 3_600) => ({ tokens: { keys, lifetimeSeconds } });

const guestToken = { clientId: 'main', bindingId: 'b1', participant: 'guest', scopes: ['signals:read'] } as const;

/** The code of the problem that something throws. */
function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('tokens', () => {
  it('say who calls, and are known to any process with the key', async () => {
    const { access } = accessWith();
    const issued = await access.clientToken([{ id: 'main', secret: 'test-secret' }], { address });
    const elsewhere = accessWith().access;
    expect(elsewhere.principalOfToken(issued?.token ?? '')).toEqual({
      kind: 'client',
      clientId: 'main',
      scopes: new Set(['signals:read', 'signals:write', 'messages:write']),
      actAs: { guest: true, agents: 'everyone' },
      expiresAtMs: Date.parse('2026-11-21T13:00:00Z'),
    });
    expect(elsewhere.principalOfToken(access.conversationToken(guestToken).token)).toEqual({
      kind: 'conversation',
      clientId: 'main',
      bindingId: 'b1',
      participant: 'guest',
      scopes: new Set(['signals:read']),
      expiresAtMs: Date.parse('2026-11-21T13:00:00Z'),
    });
  });

  it('end at their time, also when their check is remembered', async () => {
    const { access, clock } = accessWith(tokens([KEY], 60));
    const { token } = access.conversationToken(guestToken);
    expect(codeOf(() => access.principalOfToken(token))).toBe('none');
    await clock.advance(59_999);
    expect(codeOf(() => access.principalOfToken(token))).toBe('none');
    await clock.advance(1);
    expect(codeOf(() => access.principalOfToken(token))).toBe('credential.expired');
  });

  it('outlive the change of the key while the old one is still there, and no longer', () => {
    const before = accessWith(tokens([KEY])).access.conversationToken(guestToken).token;
    const during = accessWith(tokens([OTHER_KEY, KEY])).access;
    expect(codeOf(() => during.principalOfToken(before))).toBe('none');
    const after = accessWith(tokens([OTHER_KEY])).access;
    expect(codeOf(() => after.principalOfToken(before))).toBe('credential.invalid');
    expect(codeOf(() => after.principalOfToken(during.conversationToken(guestToken).token))).toBe('none');
  });

  it('are refused when a single character is another', () => {
    const { access } = accessWith();
    const { token } = access.conversationToken(guestToken);
    for (let index = 0; index < token.length - 1; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A';
      const forged = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
      expect([index, codeOf(() => access.principalOfToken(forged))]).toEqual([index, 'credential.invalid']);
    }
  });

  it.each([
    ['nothing', ''],
    ['no claims', 'bc1.00000000..'],
    ['another format', 'eyJhbGciOiJub25lIn0.eyJrIjoiY2xpZW50In0.'],
    ['too much', `bc1.00000000.${'x'.repeat(5_000)}.${'x'.repeat(43)}`],
  ])('are refused when they are %s', (_name, token) => {
    expect(codeOf(() => accessWith().access.principalOfToken(token))).toBe('credential.invalid');
  });

  it('that are signed but say something else are refused', () => {
    const { access } = accessWith();
    const signer = new TokenSigner([KEY]);
    const good = { k: 'client', c: 'main', s: ['signals:read'], e: 4_000_000_000 };
    expect(codeOf(() => access.principalOfToken(signer.sign(good)))).toBe('none');
    for (const wrong of [{ k: 'admin' }, { s: ['everything'] }, { e: 'never' }, { c: 'nobody' }]) {
      expect(codeOf(() => access.principalOfToken(signer.sign({ ...good, ...wrong })))).toBe('credential.invalid');
    }
  });

  it('lose what their client loses in the configuration', async () => {
    const issued = await accessWith().access.clientToken([{ id: 'main', secret: 'test-secret' }], { address });
    const [main] = relaySettings().clients;
    if (main === undefined) throw new Error('There is a client.');
    const narrowed = accessWith({
      clients: [{ ...main, scopes: ['signals:read'], actAs: { guest: false, agents: [] } }],
    });
    expect(narrowed.access.principalOfToken(issued?.token ?? '')).toMatchObject({
      scopes: new Set(['signals:read']),
      actAs: { guest: false, agents: new Set() },
    });
    const ofGuest = accessWith().access.conversationToken(guestToken).token;
    expect(codeOf(() => narrowed.access.principalOfToken(ofGuest))).toBe('credential.invalid');
    const removed = accessWith({ clients: [{ ...main, id: 'another' }] }).access;
    expect(codeOf(() => removed.principalOfToken(issued?.token ?? ''))).toBe('credential.invalid');
  });

  it.each(['', 'short', '0011', 'not/hex!', 'zz'.repeat(32).slice(0, 20)])(
    'need a key worth the name, not "%s"',
    (key) => {
      expect(() => new TokenSigner([key])).toThrow(/openssl rand -hex 32/);
    },
  );

  it('need a key at all', () => {
    expect(() => new TokenSigner([])).toThrow('tokens.keys is empty');
  });
});

describe('tickets', () => {
  it('stand for their principal once', () => {
    const { access } = accessWith();
    const principal = access.principalOfToken(access.conversationToken(guestToken).token);
    const { ticket } = access.ticket(principal);
    expect(access.redeem(ticket)).toBe(principal);
    expect(codeOf(() => access.redeem(ticket))).toBe('credential.invalid');
  });

  it('are worth nothing after their time, or when the token behind them has ended', async () => {
    const { access, clock } = accessWith(tokens([KEY], 60));
    const principal = access.principalOfToken(access.conversationToken(guestToken).token);
    const { ticket } = access.ticket(principal);
    await clock.advance(TICKET_LIFETIME_MS);
    expect(codeOf(() => access.redeem(ticket))).toBe('credential.invalid');
    await clock.advance(20_000);
    const late = access.ticket(principal).ticket;
    await clock.advance(10_000);
    expect(codeOf(() => access.redeem(late))).toBe('credential.expired');
  });

  it('are bounded, and those that have expired make room', async () => {
    const { access, clock } = accessWith();
    const principal = access.principalOfToken(access.conversationToken(guestToken).token);
    for (let index = 0; index < TICKETS_MAX; index += 1) access.ticket(principal);
    expect(codeOf(() => access.ticket(principal))).toBe('rate.limited');
    await clock.advance(TICKET_LIFETIME_MS);
    expect(codeOf(() => access.ticket(principal))).toBe('none');
  });
});

describe('the rate of a caller', () => {
  const limited = { limits: { ...relaySettings().limits, requestsPerMinutePerClient: 3 } };

  it('is counted by client, over all of its tokens, in any minute', async () => {
    const { access, clock } = accessWith(limited);
    const bearer = async (id: string) => ({
      authorization: `Bearer ${(await access.clientToken([{ id, secret: 'test-secret' }], { address }))?.token}`,
    });
    const [first, second, other] = [await bearer('main'), await bearer('main'), await bearer('other')];
    for (const headers of [first, second, first]) access.authenticate(headers);
    expect(codeOf(() => access.authenticate(second))).toBe('rate.limited');
    expect(codeOf(() => access.authenticate(other))).toBe('none');
    await clock.advance(59_000);
    expect(codeOf(() => access.authenticate(first))).toBe('rate.limited');
    await clock.advance(2_001);
    expect(codeOf(() => access.authenticate(first))).toBe('none');
  });

  it('of a browser is its own, and never its client’s', () => {
    const { access } = accessWith(limited);
    const { token } = access.conversationToken(guestToken);
    for (let index = 0; index < CONVERSATION_REQUESTS_PER_MINUTE; index += 1) {
      access.authenticate({ authorization: `Bearer ${token}` });
    }
    expect(codeOf(() => access.authenticate({ authorization: `bearer ${token}` }))).toBe('rate.limited');
    const renewed = access.conversationToken({ ...guestToken, lifetimeSeconds: 7_200 }).token;
    expect(codeOf(() => access.authenticate({ authorization: `Bearer ${renewed}` }))).toBe('rate.limited');
    const another = access.conversationToken({ ...guestToken, bindingId: 'b2' }).token;
    expect(codeOf(() => access.authenticate({ authorization: `Bearer ${another}` }))).toBe('none');
  });
});

describe('the Authorization header', () => {
  it.each([
    [undefined, 'credential.missing'],
    ['', 'credential.missing'],
    ['Bearer', 'credential.invalid'],
    ['Bearer ', 'credential.invalid'],
    ['Bearer a b', 'credential.invalid'],
    ['Basic bWFpbjp0ZXN0LXNlY3JldA==', 'credential.invalid'],
  ])('%s is %s', (authorization, code) => {
    const access = new Access(relaySettings(), systemPorts());
    expect(codeOf(() => access.authenticate({ authorization }))).toBe(code);
  });
});
