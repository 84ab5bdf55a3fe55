// Broadcasts typing indicators to a Genesys Cloud messaging session, as integrators write it: OAuth client credentials, a
// session activity check, the typing call, and a webhook that keeps another system in step. It knows nothing of Backchannel;
// only GENESYS_API_BASE_URL says where Genesys is.
//
//   GENESYS_CLIENT_ID=… GENESYS_CLIENT_SECRET=… GENESYS_API_BASE_URL=http://127.0.0.1:4200 \
//     node program.mjs <sessionId> <guestId> [typing:5000 paused typing_stopped …]
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';

const INDICATORS = new Set(['typing', 'paused', 'typing_stopped']);
const RATE_LIMIT_MS = 2_000;
const MAX_ATTEMPTS = 3;

class GenesysAuth {
  #token = null;
  #expiresAt = 0;

  constructor({ baseUrl, clientId, clientSecret }) {
    this.http = axios.create({ baseURL: baseUrl, timeout: 10_000 });
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  async getToken() {
    if (this.#token && Date.now() < this.#expiresAt - 60_000) return this.#token;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.clientId,
      client_secret: this.clientSecret,
      scope: 'webmessaging:guest messaging:guest:write conversations:read',
    });
    const { data } = await this.http.post('/oauth/token', form.toString(), {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    this.#token = data.access_token;
    this.#expiresAt = Date.now() + data.expires_in * 1_000;
    return this.#token;
  }
}

class TypingBroadcaster {
  #lastTypingAt = new Map();
  #auditLog = [];
  #latencies = [];

  constructor({ baseUrl, clientId, clientSecret, webhookUrl }) {
    this.auth = new GenesysAuth({ baseUrl, clientId, clientSecret });
    this.http = axios.create({ baseURL: baseUrl, timeout: 10_000 });
    this.webhookUrl = webhookUrl;
  }

  async #headers() {
    return { Authorization: `Bearer ${await this.auth.getToken()}`, 'Content-Type': 'application/json' };
  }

  #validate({ sessionId, guestId, type, duration }) {
    if (!sessionId || !guestId) throw new Error('sessionId and guestId are required.');
    if (!INDICATORS.has(type)) throw new Error(`Unknown indicator "${type}".`);
    if (duration < 100 || duration > 10_000) throw new Error('duration must be between 100 and 10000 ms.');
  }

  async #assertActive(sessionId) {
    const { data } = await this.http.get(`/api/v2/messaging/sessions/${sessionId}`, { headers: await this.#headers() });
    if (!['ACTIVE', 'CONNECTED', 'Routed'].includes(data.status)) {
      throw new Error(`Session ${sessionId} is ${data.status}.`);
    }
  }

  async #post(path, payload) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.http.post(path, payload, { headers: await this.#headers() });
      } catch (error) {
        if (error.response?.status !== 429 || attempt >= MAX_ATTEMPTS) throw error;
        const retryAfter = Number(error.response.headers['retry-after'] ?? 2 ** attempt);
        await sleep(retryAfter * 1_000);
      }
    }
  }

  async #syncWebhook(entry) {
    if (!this.webhookUrl) return;
    try {
      await axios.post(this.webhookUrl, entry, { timeout: 5_000 });
    } catch (error) {
      console.error(`Webhook failed: ${error.message}`);
    }
  }

  async broadcastTyping(sessionId, guestId, type, duration = 3_000) {
    this.#validate({ sessionId, guestId, type, duration });
    if (type === 'typing') {
      const waitMs = (this.#lastTypingAt.get(sessionId) ?? 0) + RATE_LIMIT_MS - Date.now();
      if (waitMs > 0) throw new Error(`Rate limit: wait ${waitMs} ms.`);
      this.#lastTypingAt.set(sessionId, Date.now());
    }
    const startedAt = Date.now();
    const auditId = randomUUID();
    let success = false;
    try {
      await this.#assertActive(sessionId);
      const response = await this.#post(`/api/v2/messaging/guests/${encodeURIComponent(guestId)}/typing`, {
        sessionId,
        guestId,
        type,
        duration,
      });
      success = response.status >= 200 && response.status < 300;
    } catch (error) {
      console.error(
        `Broadcast failed: ${error.response?.status ?? ''} ${JSON.stringify(error.response?.data ?? error.message)}`,
      );
    }
    const latencyMs = Date.now() - startedAt;
    this.#latencies.push(latencyMs);
    const entry = { auditId, timestamp: new Date().toISOString(), sessionId, guestId, type, latencyMs, success };
    this.#auditLog.push(entry);
    await this.#syncWebhook({ event: 'typing_broadcast', ...entry });
    return { success, latencyMs, auditId };
  }

  getMetrics() {
    const successful = this.#auditLog.filter(({ success }) => success).length;
    const total = this.#auditLog.length;
    const average = this.#latencies.reduce((sum, latency) => sum + latency, 0) / (this.#latencies.length || 1);
    return {
      displayRate: total === 0 ? 0 : successful / total,
      auditLog: [...this.#auditLog],
      stats: { total, successful, failed: total - successful, averageLatencyMs: average },
    };
  }
}

const { GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_API_BASE_URL, WEBHOOK_URL } = process.env;
const [sessionId, guestId, ...steps] = process.argv.slice(2);
if (!GENESYS_CLIENT_ID || !GENESYS_CLIENT_SECRET || !GENESYS_API_BASE_URL || !sessionId || !guestId) {
  console.error(
    'Set GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_API_BASE_URL; pass a session and a guest id.',
  );
  process.exit(2);
}

const broadcaster = new TypingBroadcaster({
  baseUrl: GENESYS_API_BASE_URL,
  clientId: GENESYS_CLIENT_ID,
  clientSecret: GENESYS_CLIENT_SECRET,
  webhookUrl: WEBHOOK_URL,
});
for (const step of steps.length > 0 ? steps : ['typing']) {
  const [type, duration] = step.split(':');
  const result = await broadcaster.broadcastTyping(sessionId, guestId, type, duration ? Number(duration) : undefined);
  console.log(JSON.stringify(result));
}
const metrics = broadcaster.getMetrics();
console.log(JSON.stringify(metrics.stats));
process.exit(metrics.stats.failed === 0 ? 0 : 1);
