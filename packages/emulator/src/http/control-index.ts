/** Every control route, in the order in which somebody new needs them. The keys are what an unknown route is compared with. */
export const CONTROL_INDEX = {
  'GET /_emulator/info': 'Ids and credentials: everything that a script needs.',
  'GET /_emulator/conversations':
    'Conversations with participants, transcript and the typing that reached the other side.',
  'POST /_emulator/conversations/{id}/messages':
    'Says something as a bot or an agent: {"from":"bot","text":"Pick a topic","content":[{"contentType":"QuickReply","quickReply":{"text":"Billing","payload":"BILLING"}}]}.',
  'POST /_emulator/conversations/{id}/disconnect': 'Ends the conversation as if its agents had left.',
  'GET /_emulator/journal':
    'The wire, newest last: ?after=seq&limit=n&kind=typing&surface=guest&direction=in&conversation=id&text=…&noted=true&redact=texts,names,attributes. Live with Accept: text/event-stream.',
  'GET /_emulator/journal/stream': 'The wire, live (server-sent events), with the same filters; Last-Event-ID resumes.',
  'GET /_emulator/journal/export': 'The wire as a file of JSON lines, with the same filters.',
  'GET /_emulator/clock': 'What time it is here, and whether it stands still.',
  'POST /_emulator/clock':
    'Moves the time: {"freeze":true}, {"advance":60000} (milliseconds; what falls due runs in order), {"resume":true}.',
  'GET /_emulator/faults': 'The fault rules and how often each fired; also what they can be aimed at.',
  'POST /_emulator/faults':
    'Makes things go wrong: {"operation":"postConversationsMessageCommunicationTyping","first":3,"status":429} or {"frame":"text","rate":0.1,"effect":"drop"}, or in one word as on the command line: "webhooks/text:drop:10%". Effects: status, delay (delayMs), drop, duplicate, reorder, cut, half-open.',
  'DELETE /_emulator/faults': 'Removes all rules and heals what they broke; /_emulator/faults/{id} removes one.',
  'POST /_emulator/cut': 'Breaks sockets at once, without a close frame: {"sockets":"guests"|"notifications"|"all"}.',
  'POST /_emulator/retire':
    'Announces on every notification socket that it will be closed in a minute (v2.system.socket_closing), and does so.',
  'GET /_emulator/robots': 'The robots and how far they are.',
  'POST /_emulator/robots':
    'The other side of your test: {"role":"guest","steps":[{"say":"Hello?"},{"hear":true},{"leave":true}]} or {"role":"agent","steps":[{"answer":"How can I help?"}]}.',
  'DELETE /_emulator/robots': 'Stops all robots; /_emulator/robots/{id} stops one.',
  'GET /_emulator/switches':
    'What is assumed of the platform because nobody outside knows it, and where each switch stands.',
  'POST /_emulator/switches': 'Moves switches while it runs: {"agentTypingStatus":202}. A reset moves them back.',
  'GET /_emulator/limits': 'The limits of the platform and their values here.',
  'POST /_emulator/limits':
    'Moves limits: {"agentTypingPerConversation":2} (null: none), "off" for all that count per window, or "on".',
  'GET /_emulator/tenants': 'The tenants of this process.',
  'POST /_emulator/tenants':
    'Another organisation with a base URL of its own, for a test of its own: {"name":"checkout"}. DELETE /_emulator/tenants/{name} ends it.',
  'POST /_emulator/reset':
    'Starts again from the seed: same ids, nobody there, no faults, a clock that runs, an empty journal.',
} as const;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The same for a person with a browser. */
export function controlPage(baseUrl: string): string {
  const rows = Object.entries(CONTROL_INDEX).map(([route, says]) => {
    const [method = '', path = ''] = route.split(' ');
    const name = `<code>${method} ${escaped(path)}</code>`;
    const link =
      method === 'GET' && !path.endsWith('stream') ? `<a href="${escaped(baseUrl + path)}">${name}</a>` : name;
    return `<dt>${link}</dt><dd>${escaped(says)}</dd>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Backchannel emulator</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem; }
  code { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
  dt { margin-top: 1.1rem; }
  dd { margin: 0; opacity: .8; overflow-wrap: anywhere; }
</style>
<h1>The emulator</h1>
<p>A local Genesys Cloud for messaging. Every Genesys host is <code>${escaped(baseUrl)}</code>: the guest socket at
<code>/v1</code>, OAuth at <code>/oauth/token</code>, the platform API under <code>/api/v2</code>, notification sockets
under <code>/channels</code>. What follows is not Genesys: these routes control the emulator and tell what happened.
Credentials here are fake.</p>
<dl>
${rows.join('\n')}
</dl>
</html>
`;
}
