import { nearestName } from '../nearest-name.ts';
import { OPERATIONS } from '../platform/operations.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import type { World } from '../world/world.ts';
import { REAL_CALLS, type RealCallName } from './real-calls.ts';
import { WRONG_CALLS, WRONG_FRAME_TYPES, WRONG_SCOPES, WRONG_SOCKETS } from './wrong-calls.ts';

/** Carries the hint beside an answer that is the platform's own. */
export const HINT_HEADER = 'x-backchannel-hint';

/** Characters of a hint in a header; the journal has the whole. */
const HEADER_MAX = 1_500;

const PLAIN: Readonly<Record<string, string>> = { '’': "'", '“': '"', '”': '"', '…': '...', '→': '->', '–': '-' };

/** The headers of an answer with this note: one line of plain characters, which is all that a header can hold. */
export function hintHeaders(note: string | undefined): Readonly<Record<string, string>> {
  if (note === undefined || note === '') return {};
  const plain = note.replace(/[^\x20-\x7e]/g, (character) => PLAIN[character] ?? '?');
  return { [HINT_HEADER]: plain.slice(0, HEADER_MAX) };
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`);

const CALLS = WRONG_CALLS.map((each) => ({ ...each, pattern: patternOf(each.path) }));
const SOCKETS = WRONG_SOCKETS.map((each) => ({ ...each, pattern: patternOf(each.path) }));

const SERVED = OPERATIONS.map(({ method, path }) => `${method} ${path}`);

const pathOf = (url: string): string => url.split('?')[0] ?? '';

/**
 * What to do instead, for a call that cannot work on Genesys: the answer stays Genesys's, the hint comes beside it. One line
 * without secrets; ids are those of the newest conversation, where there is one.
 */
export class Hints {
  readonly #world: World;
  readonly #baseUrl: () => string;

  constructor(world: World, baseUrl: () => string) {
    this.#world = world;
    this.#baseUrl = baseUrl;
  }

  /** For a request. The path first: a wrong verb on a wrong path still means what the path says. */
  forRequest(method: string, url: string): string | undefined {
    const path = pathOf(url);
    const known = CALLS.filter(({ pattern }) => pattern.test(path));
    const wrong = known.find((each) => each.method === method) ?? known.find(({ answer }) => answer === 404);
    return wrong && `${method} ${wrong.path} is no call of Genesys. ${this.#real(wrong.real)}`;
  }

  /** For a path that nobody serves here: Genesys has far more operations than this emulator. */
  forUnknownPath(method: string, url: string): string {
    const asked = `${method} ${pathOf(url)}`;
    const nearest = nearestName(asked, SERVED);
    const hint = nearest === undefined ? 'GET /_emulator/faults lists those that are.' : `Did you mean ${nearest}?`;
    return `${asked.slice(0, 200)} is not served by this version of the emulator. ${hint}`;
  }

  /** For the upgrade to a WebSocket. */
  forSocket(url: string): string {
    const path = pathOf(url);
    const wrong = SOCKETS.find(({ pattern }) => pattern.test(path));
    return `There is no WebSocket at ${JSON.stringify(path.slice(0, 100))}. ${this.#real(wrong?.real ?? 'guestSession')}`;
  }

  /** For a frame of a guest that has no action. */
  forFrame(frame: unknown): string | undefined {
    const type = typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
    if (typeof type !== 'string' || !Object.hasOwn(WRONG_FRAME_TYPES, type)) return undefined;
    return this.#real(WRONG_FRAME_TYPES[type as keyof typeof WRONG_FRAME_TYPES]);
  }

  /** For the scopes that a token is asked for. */
  forScopes(scopes: string): string | undefined {
    const wrong = scopes.split(/[\s,+]+/).filter((each) => WRONG_SCOPES.includes(each));
    return wrong.length === 0 ? undefined : `${wrong.join(', ')}: ${this.#real('permissions')}`;
  }

  #real(name: RealCallName): string {
    const { says, example } = REAL_CALLS[name];
    const url = this.#baseUrl();
    const { deployment, oauth, conversations } = this.#world.state;
    const conversation = [...conversations.list()].at(-1);
    const agent = conversation && activeAgentsOf(conversation).at(-1);
    const values: Readonly<Record<string, string>> = {
      url,
      socket: `${url.replace(/^http/, 'ws')}/v1?deploymentId=${deployment.id}`,
      deploymentId: deployment.id,
      token: 'my-own-guest-token',
      clientId: oauth.clientId,
      clientSecret: '$SECRET',
      conversationId: conversation?.id ?? '$CONVERSATION',
      communicationId: agent?.communication.id ?? '$COMMUNICATION',
    };
    const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
    const unknown = ['$TOKEN', '$SECRET'].filter((each) => fill(example).includes(each));
    const where = unknown.length > 0 ? ` (${unknown.join(', ')}: GET ${url}/_emulator/info)` : '';
    return `${fill(says)} ${fill(example)}${where}`;
  }
}
