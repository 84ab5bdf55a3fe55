import type { Language } from './call-examples.ts';

/** One WebSocket, as examples open it. */
interface ExampleSocket {
  readonly path: string;
  /** Members of the first frame besides `type` and `token`, as JavaScript, Ruby and C# write them alike: `after: 0`. */
  readonly resume?: { readonly script: string; readonly ruby: string; readonly csharp: string } | undefined;
  /** Where the path and the token come from, when it is not `RELAY` and `TOKEN`. */
  readonly note?: string | undefined;
}

type Examples = Readonly<Record<Language, string>>;

function socketExamples({ path, resume, note }: ExampleSocket): Examples {
  const comment = (sign: string) => (note === undefined ? '' : `${sign} ${note}\n`);
  return {
    curl: `
${comment('#')}# curl speaks no WebSocket. The same with Node.js 22 or later:
node -e '
  const socket = new WebSocket(process.env.RELAY.replace(/^http/, "ws") + "${path}");
  socket.onopen = () => socket.send(JSON.stringify({ type: "authenticate", token: process.env.TOKEN${resume?.script ?? ''} }));
  socket.onmessage = ({ data }) => console.log(data);
  socket.onclose = ({ code, reason }) => console.log(code, reason);
'
`,
    ruby: `
${comment('#')}# Ruby's standard library has no WebSocket; GET /v1/conversations/{id}/events tells the same over plain HTTP.
# With the gem websocket-client-simple:
require "json"
require "websocket-client-simple"

socket = WebSocket::Client::Simple.connect("#{ENV.fetch("RELAY").sub(/^http/, "ws")}${path}")
socket.on(:open) { send(JSON.generate({ type: "authenticate", token: ENV.fetch("TOKEN")${resume?.ruby ?? ''} })) }
socket.on(:message) { |message| puts message.data }
sleep
`,
    csharp: `
${comment('//')}using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

using var socket = new ClientWebSocket();
await socket.ConnectAsync(new Uri(Environment.GetEnvironmentVariable("RELAY")!.Replace("http", "ws") + "${path}"), default);
var first = new { type = "authenticate", token = Environment.GetEnvironmentVariable("TOKEN")${resume?.csharp ?? ''} };
await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(first), WebSocketMessageType.Text, true, default);
var buffer = new byte[65536];
var frame = new MemoryStream();
while (socket.State == WebSocketState.Open)
{
    var part = await socket.ReceiveAsync(buffer, default);
    if (part.MessageType == WebSocketMessageType.Close) break;
    frame.Write(buffer, 0, part.Count);
    if (!part.EndOfMessage) continue;
    Console.WriteLine(Encoding.UTF8.GetString(frame.ToArray()));
    frame.SetLength(0);
}
Console.WriteLine($"{(int?)socket.CloseStatus} {socket.CloseStatusDescription}");
`,
  };
}

/** Operations that are no single request and answer, by operation id. */
export const STREAM_EXAMPLES: Readonly<Record<string, Examples>> = {
  getEvents: {
    curl: `
curl -sSN "$RELAY/v1/conversations/order-4711/events?after=0" -H "Authorization: Bearer $TOKEN"
`,
    ruby: `
require "json"
require "net/http"

uri = URI("#{ENV.fetch("RELAY")}/v1/conversations/order-4711/events?after=0")
request = Net::HTTP::Get.new(uri, "Authorization" => "Bearer #{ENV.fetch("TOKEN")}")
# max_retries: otherwise a stream that broke would begin again by itself, from the start.
Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", read_timeout: 60, max_retries: 0) do |http|
  http.request(request) do |answer|
    waiting = String.new # Of bytes: a part may end inside a character.
    answer.read_body do |part|
      waiting << part.b
      while (record = waiting.slice!(/\\A.*?\\n\\n/m))
        data = record.force_encoding(Encoding::UTF_8)[/^data: (.*)$/, 1]
        puts JSON.parse(data) if data
      end
    end
  end
end
`,
    csharp: `
using System.Net.Http.Headers;

using var http = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("RELAY")!), Timeout = Timeout.InfiniteTimeSpan };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("TOKEN"));
using var reader = new StreamReader(await http.GetStreamAsync("/v1/conversations/order-4711/events?after=0"));
while (await reader.ReadLineAsync() is { } line)
{
    if (line.StartsWith("data: ")) Console.WriteLine(line["data: ".Length..]);
}
`,
  },
  stream: socketExamples({
    path: '/v1/stream',
    resume: { script: ', after: 0', ruby: ', after: 0', csharp: ', after = 0' },
  }),
  eventSocket: socketExamples({ path: '/api/v2/conversations/messaging/events' }),
  guestSocket: socketExamples({
    path: '/api/v2/webmessaging/guests/guest-1/connection',
    note: 'The address is connection.url, and TOKEN the guestToken, of POST /api/v2/webmessaging/guests.',
  }),
};
