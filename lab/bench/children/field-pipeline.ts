// A broadcast as the Node.js field document does it: is the session active, then the typing call, then the webhook, each with
// axios and one after the other.
import axios from 'axios';
import { processorSeconds, serve } from '../support/child.ts';

const [genesysUrl = '', count = '0', inFlight = '0'] = process.argv.slice(2);
const headers = { Authorization: 'Bearer stub-token', 'Content-Type': 'application/json' };

async function broadcast(index: number): Promise<void> {
  const id = `user-0.${index}`;
  const { data } = await axios.get(`${genesysUrl}/api/v2/messaging/sessions/${id}`, { headers });
  if (data.status !== 'ACTIVE') throw new Error(`The session ${id} is ${data.status}.`);
  const typing = { type: 'On', duration: 3_000 };
  const path = `/api/v2/conversations/messages/${id}/communications/communication-${id}/typing`;
  await axios.post(`${genesysUrl}${path}`, { typing }, { headers });
  await axios.post(`${genesysUrl}/webhook`, { sessionId: id, type: 'typing' }, { headers, timeout: 5_000 });
}

/** All broadcasts; the seconds that it took. */
async function round(): Promise<number> {
  const startedAtMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: Number(inFlight) }, async () => {
      while (next < Number(count)) await broadcast(next++);
    }),
  );
  return (performance.now() - startedAtMs) / 1000;
}

serve({}, { round, processorSeconds });
