import type { Hosts } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import { ATTRIBUTES_BYTES_MAX, TEXT_BYTES_MAX, TOKEN_CHARACTERS_MAX } from './guest-limits.ts';

/** Options of a `GuestSession`. */
export interface GuestSessionOptions {
  /** `hostsIn('eu-west-1')`, or `hostsAt('http://127.0.0.1:4100')` for the emulator. */
  readonly hosts: Hosts;
  /** Id of the Messenger deployment. */
  readonly deploymentId: string;
  /** The token of an earlier session, to resume it. Default: a new one from `ports.ids`. */
  readonly token?: string | undefined;
  readonly ports?: Partial<Ports> | undefined;
  /**
   * Custom attributes of the conversation: they go with each frame that opens one, the Join of a deployment with autostart or
   * a message. Genesys keeps them on the customer participant (assumed, GUEST-ATTRIBUTES-ON-CUSTOMER). With those of a message
   * at most 2,048 bytes of keys and values (documented, LIMIT-GUEST-ATTRIBUTES).
   */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Names the client to the service, as `name-version`. Default `backchannel`. */
  readonly application?: string | undefined;
}

const echo = (value: unknown): string =>
  typeof value === 'string' ? `${JSON.stringify(value.slice(0, 60))} (text)` : `${String(value)} (${typeof value})`;

const invalid = (code: string, text: string): BackchannelError => new BackchannelError(code, text);

/** @throws BackchannelError `option.invalid` or `attributes.invalid`. */
export function checkGuestOptions({ hosts, deploymentId, token, attributes }: GuestSessionOptions): void {
  checkAttributes(attributes);
  if (!hosts?.guestSocket)
    throw invalid('option.invalid', `hosts is ${echo(hosts)}. Pass hostsIn(region) or hostsAt(url).`);
  if (typeof deploymentId !== 'string' || !deploymentId) {
    throw invalid('option.invalid', `deploymentId is ${echo(deploymentId)}. Pass a deployment's id.`);
  }
  if (token === undefined) return;
  if (typeof token !== 'string' || !token || token.length > TOKEN_CHARACTERS_MAX) {
    const found = typeof token === 'string' ? `text of ${token.length} characters` : typeof token;
    throw invalid('option.invalid', `token is ${found}. Pass 1 to ${TOKEN_CHARACTERS_MAX} characters, or none.`);
  }
}

/** @throws BackchannelError `text.invalid` or `attributes.invalid`. */
export function checkText(
  text: unknown,
  attributes?: Readonly<Record<string, string>>,
  mayBeBlank = false,
): asserts text is string {
  if (typeof text !== 'string' || !(mayBeBlank || text.trim())) {
    throw invalid('text.invalid', `Cannot send ${echo(text)}: a message needs text that is not blank.`);
  }
  const bytes = byteLength(text);
  if (bytes > TEXT_BYTES_MAX) {
    throw invalid('text.invalid', `Cannot send ${bytes} bytes: the service takes ${TEXT_BYTES_MAX}. Split it.`);
  }
  checkAttributes(attributes);
}

function checkAttributes(attributes: Readonly<Record<string, string>> = {}): void {
  const attributesBytes = Object.entries(attributes).reduce((sum, pair) => sum + byteLength(pair.join('')), 0);
  if (attributesBytes > ATTRIBUTES_BYTES_MAX) {
    const text = `Cannot send ${attributesBytes} bytes: the service takes ${ATTRIBUTES_BYTES_MAX} of attributes.`;
    throw invalid('attributes.invalid', text);
  }
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;
