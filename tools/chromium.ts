// One Chromium for every browser test: no download, no system package needed on Linux x64.
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface ChromiumLaunch {
  executablePath?: string;
  args: string[];
  env?: Record<string, string>;
}

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');

const howToFix =
  'Browser tests need a Chromium: set CHROMIUM_PATH to the executable of a Chromium or Chrome. Only Linux x64 gets one from npm.';

/**
 * `CHROMIUM_PATH` wins; Linux x64 uses the packaged binary; elsewhere an installed Chrome is needed.
 * Without any of them this throws: a browser test that cannot run is a failure, never a skip.
 */
export async function chromiumLaunch(): Promise<ChromiumLaunch> {
  const chosen = process.env.CHROMIUM_PATH;
  // Containers run as root and often without user namespaces: Chromium's own sandbox cannot start there.
  const args = ['--no-sandbox', '--font-render-hinting=none'];
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, and there is no such file. ${howToFix}`);
    return { executablePath: chosen, args };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const installed = installedChrome();
    if (!installed) throw new Error(`No Google Chrome found for ${process.platform} ${process.arch}. ${howToFix}`);
    return { executablePath: installed, args: [] };
  }

  const home = await unpack();
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return {
    executablePath: join(home, 'chromium'),
    args,
    env: {
      ...env,
      LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
    },
  };
}

/** Where Chrome's own installers put it. */
function installedChrome(): string | undefined {
  const places: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    linux: ['/usr/bin/chromium', '/usr/bin/google-chrome', '/opt/google/chrome/chrome'],
    win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) =>
      join(process.env[name] ?? '', 'Google/Chrome/Application/chrome.exe'),
    ),
  };
  return places[process.platform]?.find((place) => existsSync(place));
}

/** Unpacks beside the others and renames: two processes at once never see half a browser. */
async function unpack(): Promise<string> {
  const packed = packedChromium();
  const { version } = require(join(packed, 'package.json')) as { version: string };
  const home = join(root, 'node_modules', '.cache', `chromium-${version}`);
  if (existsSync(home)) return home;

  const { inflate } = await import('@sparticuz/chromium');
  const draft = `${home}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = draft; // `inflate` reads it synchronously
  const parts = ['chromium.br', 'al2023.tar.br', 'swiftshader.tar.br'].map((name) =>
    inflate(join(packed, 'bin', name)),
  );
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await Promise.all(parts);
  await chmod(join(draft, 'chromium'), 0o755);
  await writeFile(join(draft, 'fonts.conf'), fontsConf(home));
  await rename(draft, home).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!existsSync(home)) throw error; // otherwise another process was first
  });
  return home;
}

/** The folder of the package that brings the browser. */
function packedChromium(): string {
  try {
    return join(dirname(require.resolve('@sparticuz/chromium')), '..');
  } catch (cause) {
    throw new Error(`The package @sparticuz/chromium is not installed: run npm ci. ${howToFix}`, { cause });
  }
}

/** Only these fonts, so a screenshot is the same on every machine. DejaVu has ✓, arrows and a monospace face. */
function fontsConf(home: string): string {
  const fonts = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const prefer = (generic: string, family: string) =>
    `<alias binding="strong"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${join(home, 'font-cache')}</cachedir>
  ${prefer('sans-serif', 'DejaVu Sans')}${prefer('system-ui', 'DejaVu Sans')}
  ${prefer('serif', 'DejaVu Serif')}${prefer('monospace', 'DejaVu Sans Mono')}
  <match target="pattern"><edit name="family" mode="append_last" binding="strong"><string>DejaVu Sans</string></edit></match>
</fontconfig>
`;
}
