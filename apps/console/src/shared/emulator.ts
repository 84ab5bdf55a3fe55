/** Who plays Genesys: the body of `GET /_emulator/info`. */
export interface EmulatorInfo {
  readonly baseUrl: string;
  readonly deploymentId: string;
  readonly agents: readonly { readonly id: string; readonly name: string; readonly token: string }[];
}

/** What stands in the emulator's own record of a conversation, as far as this page reads it. */
export interface RecordedConversation {
  readonly id: string;
  readonly transcript: readonly { readonly id: string; readonly from: string; readonly text: string }[];
  readonly typing: readonly { readonly from: string; readonly durationMs: number }[];
}

/** Something that keeps the page from working: what, why, and how to fix it. */
export class Trouble extends Error {
  readonly fix = 'Start it in the repository, then reload this page:';
  readonly command = 'npm start';

  constructor(what: string, cause?: unknown) {
    super(what, { cause });
    this.name = 'Trouble';
  }
}

/** What the page's own server says. */
interface PageSettings {
  readonly emulatorUrl?: string;
  readonly relay?: RelaySettings;
}

/** The relay that serves this page: its client, and lines that call it from a terminal. */
export interface RelaySettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly commands: Readonly<Record<'token' | 'typing' | 'message' | 'answer' | 'explain', string>>;
}

/** The relay of this page; undefined where something else serves it. */
export async function findRelay(page: URL): Promise<RelaySettings | undefined> {
  if (page.searchParams.has('emulator')) return undefined;
  const { relay } = await readSettings(page);
  return relay;
}

/** Where the emulator is: `?emulator=URL` (for development of this page), else what the page's own server says. */
export async function findEmulator(page: URL): Promise<Emulator> {
  const url = page.searchParams.get('emulator') ?? (await readEmulatorUrl(page));
  const emulator = url.replace(/\/+$/, '');
  const info = await readJson<EmulatorInfo>(
    `${emulator}/_emulator/info`,
    `The emulator does not answer at ${emulator}`,
  );
  return new Emulator(emulator, info);
}

async function readEmulatorUrl(page: URL): Promise<string> {
  const { emulatorUrl } = await readSettings(page);
  if (!emulatorUrl) throw new Trouble(`${SETTINGS_MISSING}: /backchannel.json has no emulatorUrl.`);
  return emulatorUrl;
}

const SETTINGS_MISSING = 'This page does not know where the emulator is';

const readSettings = (page: URL): Promise<PageSettings> =>
  readJson(new URL('/backchannel.json', page).href, SETTINGS_MISSING);

async function readJson<Body>(url: string, what: string): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new Trouble(`${what}.`, cause);
  }
  if (!response.ok) throw new Trouble(`${what}: ${url} answered ${response.status}.`);
  try {
    return (await response.json()) as Body;
  } catch (cause) {
    throw new Trouble(`${what}: ${url} did not answer with JSON.`, cause);
  }
}

/** The emulator's control routes that this page uses. */
export class Emulator {
  readonly url: string;
  readonly info: EmulatorInfo;

  constructor(url: string, info: EmulatorInfo) {
    this.url = url;
    this.info = info;
  }

  get journalUrl(): string {
    return `${this.url}/_emulator/journal/stream`;
  }

  /** Breaks the guests' connections as a failing network does: without a goodbye. */
  async cutGuests(): Promise<void> {
    const response = await fetch(`${this.url}/_emulator/cut`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ sockets: 'guests' }),
    });
    if (!response.ok) throw new Trouble(`The emulator would not cut: it answered ${response.status}.`);
  }

  conversations(): Promise<readonly RecordedConversation[]> {
    return readJson(`${this.url}/_emulator/conversations`, 'The emulator did not tell its conversations');
  }
}
