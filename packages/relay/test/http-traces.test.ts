import { describe, expect, it } from 'vitest';
import { servedDouble } from './support/served-double.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('a caller’s trace', () => {
  it('goes on in the answer, in the log and in a problem', async () => {
    await using served = await servedDouble({ settings: { log: { level: 'info' } } });
    const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
    const answer = await served.app.inject({ url: '/v1/whoami', headers: { traceparent } });
    const [, spanId] =
      /^00-0af7651916cd43dd8448eb211c80319c-([\da-f]{16})-01$/.exec(String(answer.headers.traceparent)) ?? [];
    expect(spanId).toMatch(/^[\da-f]{16}$/);
    expect(spanId).not.toBe('b7ad6b7169203331');
    expect(answer.json().traceId).toBe(TRACE_ID);
    expect(served.lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', msg: 'request refused', route: '/v1/whoami', status: 401, traceId: TRACE_ID, spanId },
    ]);
  });

  it.each([
    ['none', undefined],
    ['all zero', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['no span', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a version that is none', `ff-${TRACE_ID}-b7ad6b7169203331-01`],
    ['more than version 00 has', `00-${TRACE_ID}-b7ad6b7169203331-01-more`],
    ['capitals', `00-${TRACE_ID.toUpperCase()}-b7ad6b7169203331-01`],
    ['anything', 'x'.repeat(1_000)],
  ])('that is %s is replaced by one of the relay’s', async (_name, traceparent) => {
    await using served = await servedDouble();
    const answer = await served.app.inject({ url: '/v1/whoami', headers: { ...(traceparent && { traceparent }) } });
    expect(answer.json().traceId).toMatch(/^(?!0{32})[\da-f]{32}$/);
    expect(answer.json().traceId).not.toBe(TRACE_ID);
  });

  it('of a later version is read as far as it is known', async () => {
    await using served = await servedDouble();
    const traceparent = `01-${TRACE_ID}-b7ad6b7169203331-03-more`;
    const answer = await served.app.inject({ url: '/healthz', headers: { traceparent } });
    expect(answer.headers.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[\\da-f]{16}-01$`));
  });
});
