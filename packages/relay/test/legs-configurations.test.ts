import { deploymentConfigPath } from '@backchannel/protocol';
import { describe, expect, it } from 'vitest';
import { settle } from '../../client/test/support/fake-clock.ts';
import { FakePorts, type FakeServer } from '../../client/test/support/fake-ports.ts';
import { CONFIGURATION_KEPT_MS, SharedConfigurations } from '../src/legs/shared-configurations.ts';

const CDN = 'http://cdn.invalid';

describe('the configuration that many sessions share', () => {
  const shared = (server: FakeServer = () => ({ body: { name: 'deployment' } })) => {
    const ports = new FakePorts(server);
    return { ports, configurations: new SharedConfigurations(ports, CDN) };
  };

  it('is asked for once, also by those who ask while it is under way, and again when it is old', async () => {
    const { ports, configurations } = shared();
    const get = () => configurations.fetchFor('d')(CDN + deploymentConfigPath('d'));
    const answers = await Promise.all([get(), get()]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { name: 'deployment' },
      { name: 'deployment' },
    ]);
    await ports.clock.advance(CONFIGURATION_KEPT_MS - 1);
    await get();
    expect(ports.requests).toHaveLength(1);
    await ports.clock.advance(1);
    await get();
    expect(ports.requests).toHaveLength(2);
    await settle();
    expect(ports.clock.pending).toBe(0);
  });

  it('keeps refusals for a moment only, and hands them on as they are', async () => {
    const { ports, configurations } = shared(() => ({ status: 404, body: {} }));
    const get = () => configurations.fetchFor('d')(CDN + deploymentConfigPath('d'));
    expect((await get()).status).toBe(404);
    await get();
    expect(ports.requests).toHaveLength(1);
    await ports.clock.advance(1_000);
    await get();
    expect(ports.requests).toHaveLength(2);
  });

  it('gives up on a server that does not answer', async () => {
    const { ports, configurations } = shared(() => undefined);
    const answer = configurations.fetchFor('d')(CDN + deploymentConfigPath('d'));
    const ready = configurations.ready('d');
    const failed = expect(answer).rejects.toThrow();
    await ports.clock.advance(15_000);
    await failed;
    await ready;
    expect(ports.requests).toHaveLength(1);
  });

  it('leaves all other requests alone, and each deployment its own', async () => {
    const { ports, configurations } = shared();
    const fetchOfA = configurations.fetchFor('a');
    await fetchOfA(`${CDN}/other`);
    await fetchOfA(`${CDN}/other`);
    await fetchOfA(CDN + deploymentConfigPath('a'));
    await configurations.fetchFor('b')(CDN + deploymentConfigPath('b'));
    expect(ports.requests).toHaveLength(4);
  });

  it('is forgotten for the oldest of more than a hundred deployments', async () => {
    const { ports, configurations } = shared();
    for (let each = 0; each <= 100; each++) await configurations.ready(`d-${each}`);
    await configurations.ready('d-100');
    expect(ports.requests).toHaveLength(101);
    await configurations.ready('d-0');
    expect(ports.requests).toHaveLength(102);
  });

  it('goes on being given while the server is away, and is renewed when it is back', async () => {
    let name: string | undefined = 'first';
    const { ports, configurations } = shared(() => (name ? { body: { name } } : new Error('down')));
    const get = async () => {
      const answer = await configurations.fetchFor('d')(CDN + deploymentConfigPath('d'));
      return (await answer.json()) as unknown;
    };
    expect(await get()).toEqual({ name: 'first' });
    name = undefined;
    await ports.clock.advance(CONFIGURATION_KEPT_MS);
    expect(await get()).toEqual({ name: 'first' });
    await settle();
    expect(await get()).toEqual({ name: 'first' });
    expect(ports.requests).toHaveLength(2);
    name = 'second';
    await ports.clock.advance(1_000);
    expect(await get()).toEqual({ name: 'first' });
    await settle();
    expect(await get()).toEqual({ name: 'second' });
    expect(ports.requests).toHaveLength(3);
  });

  it('says that it is refused, and looks again once a minute while somebody asks', async () => {
    let status = 404;
    const { ports, configurations } = shared(() => ({ status, body: {} }));
    expect(configurations.refusal('d')).toBe(undefined);
    await configurations.ready('d');
    expect(configurations.refusal('d')).toBe(404);
    await ports.clock.advance(CONFIGURATION_KEPT_MS - 1);
    expect(configurations.refusal('d')).toBe(404);
    await settle();
    expect(ports.requests).toHaveLength(1);
    status = 200;
    await ports.clock.advance(1);
    // Known to be refused until it is known to be mended.
    expect([configurations.refusal('d'), configurations.refusal('d')]).toEqual([404, 404]);
    await settle();
    expect(configurations.refusal('d')).toBe(undefined);
    expect(ports.requests).toHaveLength(2);
  });

  it.each([500, 429, 408])('takes a status %i for no refusal: it passes', async (status) => {
    const { configurations } = shared(() => ({ status, body: {} }));
    await configurations.ready('d');
    expect(configurations.refusal('d')).toBe(undefined);
  });

  it('is asked for no longer when the relay stops', async () => {
    const { ports, configurations } = shared(() => undefined);
    const ready = configurations.ready('d');
    await settle();
    configurations.close();
    await ready;
    expect(ports.clock.pending).toBe(0);
  });
});
