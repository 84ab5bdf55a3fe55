import type { EmulatorInfo } from '@backchannel/emulator';
import type { Played } from '../robots/conversation.ts';
import { counted, truthLine } from '../robots/truth.ts';
import type { Palette } from '../stage/palette.ts';
import type { Commands, ControlCommands, RelayCommands } from './commands.ts';
import { DEMO_CLIENT } from './demo-client.ts';

export interface Places {
  readonly pageUrl: string;
  readonly emulatorUrl: string;
}

const INDENT = '  ';

/** Names in a column of their own, as wide as the longest. */
function table(rows: readonly (readonly [name: string, value: string])[], { dim }: Palette): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${INDENT}${dim(name.padEnd(width))}  ${value}`);
}

const block = (lines: readonly string[]): string => `${lines.join('\n')}\n\n`;

/** The first thing a person sees: where the page is. Everything else can wait for the robots. */
export const greeting = ({ pageUrl, emulatorUrl }: Places, colours: Palette): string =>
  `\n${block([
    `${INDENT}${colours.bold('Backchannel')}  a live conversation on this machine`,
    '',
    ...table(
      [
        ['page', colours.link(pageUrl)],
        ['relay', `${colours.link(`${pageUrl}/docs`)}  (client ${DEMO_CLIENT.id}, secret ${DEMO_CLIENT.secret})`],
        ['emulator', colours.link(emulatorUrl)],
        ['control', colours.link(`${emulatorUrl}/_emulator/`)],
      ],
      colours,
    ),
  ])}`;

/** The emulator alone: where each part of Genesys is. */
export const whereabouts = (emulatorUrl: string, faults: readonly string[], colours: Palette): string =>
  `\n${block([
    `${INDENT}${colours.bold('Backchannel')}  a local Genesys Cloud for messaging`,
    '',
    ...table(
      [
        ['emulator', colours.link(emulatorUrl)],
        ['guest socket', `${emulatorUrl.replace(/^http/, 'ws')}/v1?deploymentId=…`],
        ['platform API', `${emulatorUrl}/api/v2`],
        ['OAuth', `${emulatorUrl}/oauth/token`],
        ['control', colours.link(`${emulatorUrl}/_emulator/`)],
        ...faults.map((fault): [string, string] => ['fault', fault]),
      ],
      colours,
    ),
  ])}`;

/** What the show was for: the signals went over the wire and left no trace in the transcript. */
export const conclusion = ({ truth }: Played, colours: Palette): string =>
  `\n${block([
    `${INDENT}${colours.good(truthLine(truth))}`,
    `${INDENT}${colours.dim(`${counted(truth.typingSignals, 'typing signal', 'typing signals')} crossed the wire and left no trace.`)}`,
  ])}`;

export const failure = (reason: string): string =>
  `${block([`${INDENT}The robots could not finish. ${reason}`, `${INDENT}The page and the emulator go on.`])}`;

/** What to type next. Commands start at the margin: they are there to be copied. */
export const joinIn = ({ agentTyping }: Commands, agentName: string, colours: Palette): string =>
  block([
    `${INDENT}${colours.bold(`Type as ${agentName}`)} from a second terminal, and watch this one:`,
    '',
    agentTyping,
  ]);

/** Where to look at what happened. */
export const look = ({ conversations, journal }: ControlCommands, colours: Palette): string =>
  block([
    `${INDENT}${colours.bold('See the record')} (transcript, typing), or the wire, live:`,
    '',
    conversations,
    journal,
  ]);

/** The relay, as a program in any language calls it. One block to paste: the pauses are for whoever watches the page. */
export const callRelay = ({ token, typing, message, answer, explain }: RelayCommands, colours: Palette): string =>
  block([
    `${INDENT}${colours.bold('Call the relay')} as your own program would, and watch the page:`,
    '',
    token,
    typing,
    'sleep 3',
    message,
    answer,
    explain,
  ]);

/** Every id that a script needs. */
export const forScripts = ({ deploymentId, integrationId, oauth, agents }: EmulatorInfo, colours: Palette): string =>
  block([
    `${INDENT}${colours.bold('For scripts')} (fake credentials, good for this emulator only)`,
    '',
    ...table(
      [
        ['deployment id', deploymentId],
        ['integration id', integrationId],
        ['client id', oauth.clientId],
        ['client secret', oauth.clientSecret],
        ...agents.flatMap(({ id, name, token }): [string, string][] => [
          [`${name}'s user id`, id],
          [`${name}'s token`, token],
        ]),
      ],
      colours,
    ),
  ]);

/** The last line: what a person needs when everything above has scrolled away. */
export const footer = ({ pageUrl }: Places, { dim, link }: Palette): string =>
  `${INDENT}${dim('The page is')} ${link(pageUrl)}${dim('. Ctrl-C stops everything.')}\n\n`;
