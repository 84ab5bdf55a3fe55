// Real time: every example in a doc comment of a public package is compiled with the strict settings of this repository and
// run against an emulator of its own, as it stands there. What an example takes for granted (`hosts`, `token`, …) is listed here.
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../tools/workspaces.ts';
import { PATIENCE_MS } from './support/command.ts';

/** Entries whose exports an example may use without an import. */
const ENTRIES = [
  'client',
  'client/guest',
  'client/guest/more',
  'client/agent',
  'client/typing',
  'client/open',
  'client/broadcaster',
  'client/errors',
  'emulator',
  'relay',
];

/** What examples take for granted, in the order in which it is made. */
const GIVEN: readonly (readonly [names: readonly string[], code: string])[] = [
  [['genesys'], 'await using genesys = await startEmulator({ port: 0, seed: 1 });'],
  [['hosts'], 'const hosts = hostsAt(genesys.url);'],
  [['deploymentId'], 'const { deploymentId } = genesys.info;'],
  [['integrationId'], 'const { integrationId } = genesys.info;'],
  [['clientId', 'clientSecret'], 'const { clientId, clientSecret } = genesys.info.oauth;'],
  [
    ['process'],
    'const process = { env: { GENESYS_API_BASE_URL: genesys.url, GENESYS_CLIENT_ID: clientId, GENESYS_CLIENT_SECRET: clientSecret } };',
  ],
  [['sessionId', 'guestId'], "const sessionId = '5bd8ab05-9f4b-4a4c-8b46-a2f0a0a1d7f5';\nconst guestId = 'ada';"],
  [['token'], "const token = genesys.info.agents[0]?.token ?? '';"],
  [['guest'], 'await using guest = new GuestSession({ hosts, deploymentId });\nawait guest.connect();'],
  [['secret', 'rawBody'], "const secret = 'x';\nconst rawBody = new TextEncoder().encode('{}');"],
  [['request'], "const request = { headers: { 'x-hub-signature-256': 'sha256=eA==' } };"],
  [['reply'], 'const reply = (status: number): number => status;'],
  [['handle'], 'const handle = (_event: unknown): void => undefined;'],
  [['file'], "const file = new File(['x'], 'photo.png', { type: 'image/png' });"],
  [['field'], 'const field = new EventTarget() as HTMLInputElement;'],
  [['redirectUri'], "const redirectUri = 'http://127.0.0.1/back';"],
  [
    ['callback', 'codeVerifier'],
    "const callback = { code: genesys.info.customers[0]?.code ?? '' };\nconst codeVerifier = 'v';",
  ],
  [['window'], 'const window = new EventTarget();'],
  [['refreshToken', 'keep'], "const refreshToken = 'x';\nconst keep = (_token: string): void => undefined;"],
  [
    ['sessionStorage'],
    'const sessionStorage = { getItem: (_name: string): string | null => null, setItem: (_name: string, _value: string): void => undefined, removeItem: (_name: string): void => undefined };',
  ],
  [
    ['location'],
    "const location = { href: 'http://127.0.0.1/back?code=x&state=y', assign: (_url: string): void => undefined };",
  ],
  [['post'], 'const post = async (_path: string, _body: unknown): Promise<void> => undefined;'],
];

/** Somebody to talk to, again and again: an agent who waits for a conversation hears of those that begin after it came. */
const VISITORS = `const visitors: GuestSession[] = [];
const visits = setInterval(() => {
  const visitor = new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId });
  visitors.push(visitor);
  void visitor.connect();
}, 500);
`;
const VISITORS_LEAVE = `
clearInterval(visits);
for (const visitor of visitors) await visitor.close();`;

interface Example {
  /** `guest-session-1`: the file and which of its examples. */
  readonly name: string;
  readonly code: string;
}

const examples: readonly Example[] = globSync('packages/*/src/**/*.ts', { cwd: root })
  .toSorted()
  .flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(
      ([, block = ''], index) => ({
        name: `${basename(file, '.ts')}-${index + 1}`,
        code: block.replaceAll(/^ *\* ?/gm, ''),
      }),
    ),
  );

const mentions = (code: string, name: string): boolean => new RegExp(`(?<![.\\w'])${name}\\b(?!:)`).test(code);

/** The example as a module: what it uses is imported, what it takes for granted is there. */
async function moduleOf({ code }: Example): Promise<string> {
  const real = code.replaceAll(/hostsIn\('[\w-]+'\)/g, 'hostsAt(genesys.url)');
  const given: string[] = real.includes('nextConversation') ? [VISITORS] : [];
  let needed = `${given.join('')}${real}`;
  for (const [names, line] of GIVEN.toReversed()) {
    const isDeclared = names.some((name) => new RegExp(`(const|using) \\{?[^=]*\\b${name}\\b[^=]*=`).test(real));
    if (isDeclared || !names.some((name) => mentions(needed, name))) continue;
    given.unshift(line);
    needed = `${line}\n${needed}`;
  }
  const imports: string[] = [];
  for (const entry of ENTRIES) {
    const exports = Object.keys(await import(`@backchannel/${entry}`));
    const used = exports.filter(
      (name) => mentions(needed, name) && !imports.some((line) => line.includes(` ${name},`)),
    );
    if (used.length > 0) imports.push(`import { ${used.join(', ')}, } from '@backchannel/${entry}';`);
  }
  const end = real.includes('nextConversation') ? VISITORS_LEAVE : '';
  return `${imports.join('\n')}\nasync function example(): Promise<unknown> {\n${given.join('\n')}\n${real}${end}\nreturn undefined;\n}\nawait example();\nprocess.exit();\n`;
}

let folder: string;

beforeAll(async () => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts/doc-examples-'));
  for (const example of examples) writeFileSync(join(folder, `${example.name}.ts`), await moduleOf(example));
}, PATIENCE_MS * 2);

afterAll(() => rmSync(folder, { recursive: true }));

test('there are examples, and each has a name of its own', () => {
  expect(examples.length).toBeGreaterThan(4);
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
});

test(
  'all examples compile with strict settings',
  () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(
      { ...config, include: [], files: [], references: [] },
      ts.sys,
      root,
    );
    // An example shows what comes back and does not go on to use it; a return before the end is an end.
    const loose = { noUnusedLocals: false, allowUnreachableCode: true, noEmit: true };
    const files = examples.map(({ name }) => join(folder, `${name}.ts`));
    const program = ts.createProgram(files, { ...options, ...loose });
    const problems = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
    expect(
      problems.map(
        ({ file, messageText }) =>
          `${basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    ).toEqual([]);
  },
  PATIENCE_MS * 2,
);

test.each(examples.map(({ name }) => name))(
  '%s runs',
  async (name) => {
    const options = { cwd: root, timeout: PATIENCE_MS };
    const run = promisify(execFile)(process.execPath, [join(folder, `${name}.ts`)], options);
    const { stderr } = await run.catch((error) => {
      throw new Error(`${readFileSync(join(folder, `${name}.ts`), 'utf8')}\n${error.stderr}`, { cause: error });
    });
    expect(stderr).toBe('');
  },
  PATIENCE_MS * 2,
);
