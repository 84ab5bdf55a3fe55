import type { Language } from './call-examples.ts';

/** The start in a shell: everything that comes later takes these two from the environment. */
export const FIRST_CALLS: Readonly<Record<Language, string>> = {
  curl: `
export TOKEN=$(curl -sS "$RELAY/oauth/token" -u "$CLIENT_ID:$CLIENT_SECRET" \\
  -d grant_type=client_credentials | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# The guest's conversation, by an id of your own.
curl -sS -X PUT "$RELAY/v1/conversations/order-4711" -H "Authorization: Bearer $TOKEN"

# The guest types, and says something. The agent sees both.
curl -sS "$RELAY/v1/conversations/order-4711/typing" -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -d '{"participant":"guest","typing":true}'
curl -sS "$RELAY/v1/conversations/order-4711/messages" -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -d '{"participant":"guest","text":"Where is my parcel?"}'

# Everything that has happened and happens in it. Ctrl-C ends it.
curl -sSN "$RELAY/v1/conversations/order-4711/events?after=0" -H "Authorization: Bearer $TOKEN"
`,
  ruby: `
relay = Relay.new(ENV.fetch("RELAY"), ENV.fetch("CLIENT_ID"), ENV.fetch("CLIENT_SECRET"))
relay.open("order-4711", nickname: "Ada")
puts relay.typing("order-4711", "guest", true)
puts relay.message("order-4711", "guest", "Where is my parcel?")
relay.events("order-4711", after: 0) do |event|
  puts event
  break if event["kind"] == "message-status"
end
`,
  csharp: `
var relay = new Relay(
    Environment.GetEnvironmentVariable("RELAY")!,
    Environment.GetEnvironmentVariable("CLIENT_ID")!,
    Environment.GetEnvironmentVariable("CLIENT_SECRET")!);
await relay.OpenAsync("order-4711", nickname: "Ada");
Console.WriteLine(await relay.TypingAsync("order-4711", "guest", true));
Console.WriteLine(await relay.MessageAsync("order-4711", "guest", "Where is my parcel?"));
await foreach (var e in relay.EventsAsync("order-4711", after: 0))
{
    Console.WriteLine(e);
    if (e.GetProperty("kind").GetString() == "message-status") break;
}
`,
};

/** A client with the standard library alone: tokens, retries, streams that resume. To be copied. */
export const CLIENT_CLASSES: Readonly<Partial<Record<Language, string>>> = {
  ruby: `
require "erb"
require "json"
require "net/http"
require "securerandom"

# A client of the relay: typing, receipts, messages and events. Standard library only.
class Relay
  class Problem < StandardError
    attr_reader :status, :code, :document

    def initialize(status, document)
      @status, @code, @document = status, document["code"], document
      super("#{document["detail"]} #{document["fix"]}")
    end
  end

  ATTEMPTS_MAX = 3

  def initialize(url, client_id, client_secret)
    @url, @client_id, @client_secret = url, client_id, client_secret
    @token, @token_ends = nil, 0
  end

  def open(id, **guest) = call("PUT", path(id), { guest: guest })
  def look(id) = call("GET", path(id))
  def close(id) = call("DELETE", path(id))
  def typing(id, participant, typing) = call("POST", path(id, "typing"), { participant: participant, typing: typing })
  def seen(id, participant) = call("POST", path(id, "receipts"), { participant: participant, watermark: "seen" })

  # The key makes a repeated call safe: the message is sent once.
  def message(id, participant, text, key: SecureRandom.uuid)
    call("POST", path(id, "messages"), { participant: participant, text: text }, "Idempotency-Key" => key)
  end

  # Yields every event after a sequence, and then each as it happens, for ever: it connects again and misses nothing kept.
  def events(id, after: 0, &block)
    loop do
      uri = URI("#{@url}#{path(id, "events")}?after=#{after}")
      request = Net::HTTP::Get.new(uri, "Authorization" => "Bearer #{token}")
      begin
        http(uri, read_timeout: 60) do |http|
          http.request(request) do |answer|
            raise Problem.new(answer.code.to_i, JSON.parse(answer.read_body)) unless answer.is_a?(Net::HTTPOK)

            waiting = +""
            answer.read_body do |part|
              waiting << part.force_encoding(Encoding::UTF_8)
              while (record = waiting.slice!(/\\A.*?\\n\\n/m))
                data = record[/^data: (.*)$/, 1] or next
                event = JSON.parse(data)
                after = event["sequence"] || after
                block.call(event) if event["type"] == "event"
              end
            end
          end
        end
      rescue IOError, SystemCallError, Timeout::Error
        # The connection broke: connect again.
      end
      sleep 1
    end
  end

  private

  def path(id, *rest) = ["/v1/conversations", ERB::Util.url_encode(id), *rest].join("/")

  def http(uri, read_timeout: 15, &block)
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", open_timeout: 5, read_timeout: read_timeout, &block)
  end

  def token
    return @token if Time.now.to_i < @token_ends

    uri = URI("#{@url}/oauth/token")
    request = Net::HTTP::Post.new(uri)
    request.basic_auth(@client_id, @client_secret)
    request.set_form_data("grant_type" => "client_credentials")
    answer = http(uri) { |http| http.request(request) }
    body = JSON.parse(answer.body)
    raise Problem.new(answer.code.to_i, "code" => body["error"], "detail" => body["error_description"]) unless answer.is_a?(Net::HTTPOK)

    @token_ends = Time.now.to_i + body["expires_in"] - 60
    @token = body["access_token"]
  end

  def call(method, path, body = nil, headers = {})
    (1..).each do |attempt|
      uri = URI("#{@url}#{path}")
      request = Net::HTTP.const_get(method.capitalize).new(uri, headers.merge("Authorization" => "Bearer #{token}"))
      if body
        request["Content-Type"] = "application/json"
        request.body = JSON.generate(body)
      end
      answer = http(uri) { |http| http.request(request) }
      return answer.body && JSON.parse(answer.body) if answer.is_a?(Net::HTTPSuccess)

      problem = Problem.new(answer.code.to_i, JSON.parse(answer.body))
      raise problem if attempt == ATTEMPTS_MAX

      case problem.status
      when 401 then @token_ends = 0
      when 429, 503 then sleep answer["Retry-After"].to_i
      else raise problem
      end
    end
  end
end
`,
  csharp: `
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

/// <summary>A client of the relay: typing, receipts, messages and events. .NET 8 or later, nothing else.</summary>
public sealed class Relay(string url, string clientId, string clientSecret) : IDisposable
{
    private const int AttemptsMax = 3;
    private readonly HttpClient http = new() { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(15) };
    private readonly HttpClient streams = new() { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };
    private readonly SemaphoreSlim renewing = new(1);
    private string token = "";
    private DateTimeOffset tokenEnds;

    public Task<JsonElement> OpenAsync(string id, string? nickname = null) =>
        CallAsync(HttpMethod.Put, PathOf(id), new { guest = nickname is null ? (object)new { } : new { nickname } });

    public Task<JsonElement> LookAsync(string id) => CallAsync(HttpMethod.Get, PathOf(id));

    public Task<JsonElement> CloseAsync(string id) => CallAsync(HttpMethod.Delete, PathOf(id));

    public Task<JsonElement> TypingAsync(string id, string participant, bool typing) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/typing", new { participant, typing });

    public Task<JsonElement> SeenAsync(string id, string participant) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/receipts", new { participant, watermark = "seen" });

    /// <summary>The key makes a repeated call safe: the message is sent once.</summary>
    public Task<JsonElement> MessageAsync(string id, string participant, string text, string? key = null) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/messages", new { participant, text }, key ?? Guid.NewGuid().ToString());

    /// <summary>Every event after a sequence, and then each as it happens: it connects again and misses nothing kept.</summary>
    public async IAsyncEnumerable<JsonElement> EventsAsync(
        string id, long after = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(id) + $"/events?after={after}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
            HttpResponseMessage answer;
            try { answer = await streams.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop); }
            catch (HttpRequestException) { await Task.Delay(1000, stop); continue; } // Not there now: try again.
            using var opened = answer;
            if (!answer.IsSuccessStatusCode) throw await ProblemAsync(answer);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (true)
            {
                string? line;
                try { line = await reader.ReadLineAsync(stop); }
                catch (IOException) { break; } // The connection broke: connect again.
                if (line is null) break;
                if (!line.StartsWith("data: ")) continue;
                var e = JsonDocument.Parse(line["data: ".Length..]).RootElement;
                if (e.TryGetProperty("sequence", out var sequence)) after = sequence.GetInt64();
                if (e.GetProperty("type").GetString() == "event") yield return e;
            }
            await Task.Delay(1000, stop);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        streams.Dispose();
        renewing.Dispose();
    }

    private static string PathOf(string id) => "/v1/conversations/" + Uri.EscapeDataString(id);

    private async Task<string> TokenAsync()
    {
        await renewing.WaitAsync();
        try
        {
            if (DateTimeOffset.UtcNow < tokenEnds) return token;
            using var answer = await http.PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string> {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
            }));
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            if (!answer.IsSuccessStatusCode)
                throw new RelayException((int)answer.StatusCode, body.GetProperty("error").GetString()!, body.GetProperty("error_description").GetString()!);
            tokenEnds = DateTimeOffset.UtcNow.AddSeconds(body.GetProperty("expires_in").GetInt32() - 60);
            return token = body.GetProperty("access_token").GetString()!;
        }
        finally { renewing.Release(); }
    }

    private async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
            if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                var text = await answer.Content.ReadAsStringAsync();
                return text == "" ? default : JsonDocument.Parse(text).RootElement;
            }
            var problem = await ProblemAsync(answer);
            if (attempt == AttemptsMax) throw problem;
            if (problem.Status == 401) tokenEnds = default;
            else if (problem.Status is 429 or 503) await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
            else throw problem;
        }
    }

    private static async Task<RelayException> ProblemAsync(HttpResponseMessage answer)
    {
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return new RelayException((int)answer.StatusCode, body.GetProperty("code").GetString()!, body.GetProperty("detail").GetString() + " " + body.GetProperty("fix").GetString());
    }
}

public sealed class RelayException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
`,
};
