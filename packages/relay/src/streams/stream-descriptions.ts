/** For `/docs`: what can't be said by the schema of a request. */
export const STREAM_DESCRIPTION = `One socket carries the events of every conversation that the caller may see, and takes commands.

The first frame says who calls, within 10 s: \`{"type":"authenticate","token":"<token>","after":41}\`. Browsers that can't keep a token in a script open \`/v1/stream?ticket=<ticket>\` instead; programs may send \`Authorization: Bearer <token>\` with the upgrade. \`after\` is the position of the last event that you got: everything kept since then comes first, then what happens, nothing twice. Without it the stream begins now. \`conversationId\` narrows it to one conversation; under \`provisioning: automatic\` an unknown one is made.

The relay sends:

- \`{"type":"authenticated","clientId":"…","expiresAt":"…","position":41}\` first. \`position\` is where to resume if nothing else comes.
- \`{"type":"event","position":42,"sequence":7,"conversationId":"…","time":"…","kind":"message","messageId":"…","participant":"guest","text":"…","status":"accepted","platformIds":[]}\`. Other kinds: \`message-status\` (\`sent\`, \`failed\`), \`receipt\` (\`watermark\`, \`upTo\`), \`conversation\` (\`linked\`, \`ended\`), and \`typing\` (\`typing\`, \`durationMs\`, \`because\`), which has no position: it is told once and never kept.
- \`{"type":"gap","oldestPosition":40}\` before them, when what you missed is no longer kept: read the conversation anew.
- \`{"type":"heartbeat"}\` every 25 s, and a WebSocket ping. Nothing for 60 s: the connection is dead.
- \`{"type":"result","id":"1","command":"typing","result":{…}}\` or \`{"type":"problem","id":"1","problem":{…}}\` for each command.

You may send, with an \`id\` of your own, what the calls of the same name take, and \`conversationId\`:

- \`{"type":"typing","id":"1","conversationId":"…","participant":"guest","typing":true}\`
- \`{"type":"message","id":"2","conversationId":"…","participant":"guest","text":"…","idempotencyKey":"…"}\`
- \`{"type":"receipt","id":"3","conversationId":"…","participant":"guest","watermark":"seen"}\`
- \`{"type":"authenticate","id":"4","token":"<newer token>"}\`, to go on after the first one expires.

Close codes: 4001 no, wrong or expired credential · 4003 refused, the frame before says why · 4008 too slow: more than 1 MiB waited · 1009 a frame was longer than 64 KiB · 1012 the relay restarts · 1013 a limit is reached, try again later: the reason says when. After each but 4001 and 4003 connect again with the last position.`;

export const EVENTS_DESCRIPTION = `The same events as on \`/v1/stream\`, of one conversation, for who speaks HTTP only. Under \`provisioning: automatic\` an unknown one is made: a listener may come first. Each \`data:\` line is one JSON object; \`id:\` is the event's \`sequence\`, which counts 1, 2, 3, … in the conversation. Send the last one as \`Last-Event-ID\` (browsers do it by themselves) and nothing is missed; \`typing\` events have no id, for they are told once. A comment comes every 25 s. The last object before the relay closes is \`{"type":"end","code":1012,"reason":"…"}\` with the codes of \`/v1/stream\`.`;
