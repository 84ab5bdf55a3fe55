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
require "openssl"
require "securerandom"

# A client of the relay: typing, receipts, messages and events. Standard library only.
class Relay
  class Problem < StandardError
    attr_reader :status, :code, :document
    # Seconds until another try makes sense; nil when it would be refused as well.
    attr_reader :pause

    def initialize(answer, renewable: false)
      @status = answer.code.to_i
      @document = Problem.document_of(answer)
      @code = @document["code"] || @document["error"]
      @pause =
        if renewable then 0
        elsif @status == 429 || @status >= 500 then [answer["Retry-After"].to_i, 1].max
        end
      super([@document["detail"] || @document["error_description"] || "HTTP #{@status}", @document["fix"]].compact.join(" "))
    end

    # A proxy in front of the relay answers in words of its own.
    def self.document_of(answer)
      document = JSON.parse(answer.body.to_s)
      document.is_a?(Hash) ? document : {}
    rescue JSON::ParserError
      {}
    end
  end

  ATTEMPTS_MAX = 3
  BROKEN = [IOError, SystemCallError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError, Net::HTTPBadResponse].freeze

  def initialize(url, client_id, client_secret)
    @url, @client_id, @client_secret = url, client_id, client_secret
    @token, @token_ends, @proven = nil, 0, nil
  end

  def open(id, **guest) = call("PUT", path(id), { guest: guest })
  def look(id) = call("GET", path(id))
  def close(id) = call("DELETE", path(id))
  def seen(id, participant) = call("POST", path(id, "receipts"), { participant: participant, watermark: "seen" })

  # Never waits: typing is told at once, or it is no longer true.
  def typing(id, participant, typing)
    call("POST", path(id, "typing"), { participant: participant, typing: typing }, waits: false)
  end

  # The key makes a repeated call safe: the message is sent once.
  def message(id, participant, text, key: SecureRandom.uuid)
    call("POST", path(id, "messages"), { participant: participant, text: text }, headers: { "Idempotency-Key" => key })
  end

  # Yields every event after a sequence, and then each as it happens, for ever: it connects again and misses nothing kept.
  def events(id, after: 0)
    yielding = false
    loop do
      begin
        stream("#{path(id, "events")}?after=#{after}") do |event|
          after = event["sequence"] || after
          next unless event["type"] == "event"

          yielding = true
          yield event
          yielding = false
        end
        pause = 1
      rescue Problem, *BROKEN => error
        pause = pause_after(error)
        raise if yielding || pause.nil? # What the block raises is its own.

        warn "The events of #{id} broke off (#{error.message}): again in #{pause} s."
      end
      sleep pause
    end
  end

  private

  def path(id, *rest) = ["/v1/conversations", ERB::Util.url_encode(id), *rest].join("/")

  # Net::HTTP would repeat a request that broke by itself, and a stream from where it once began.
  def http(uri, read_timeout: 15, &block)
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", open_timeout: 5, read_timeout: read_timeout,
                                        max_retries: 0, &block)
  end

  def token
    return @token if Time.now.to_i < @token_ends

    uri = URI("#{@url}/oauth/token")
    request = Net::HTTP::Post.new(uri)
    request.basic_auth(@client_id, @client_secret)
    request.set_form_data("grant_type" => "client_credentials")
    answer = http(uri) { |http| http.request(request) }
    raise Problem.new(answer) unless answer.is_a?(Net::HTTPOK)

    body = JSON.parse(answer.body)
    @token_ends = Time.now.to_i + body["expires_in"] - 60
    @token = body["access_token"]
  end

  # Whether a new token may do what this one can't: not when this one is new, and has never been taken.
  def renewable?(used)
    @token_ends = 0 if used == @token
    used != @token || used == @proven
  end

  def pause_after(error) = error.is_a?(Problem) ? error.pause : 1

  # One request with the token; the answer is yielded before its body is read.
  def exchange(method, path, body: nil, headers: {}, read_timeout: 15)
    uri = URI("#{@url}#{path}")
    used = token
    request = Net::HTTP.const_get(method.capitalize).new(uri, headers.merge("Authorization" => "Bearer #{used}"))
    if body
      request["Content-Type"] = "application/json"
      request.body = JSON.generate(body)
    end
    http(uri, read_timeout: read_timeout) do |http|
      http.request(request) do |answer|
        unless answer.is_a?(Net::HTTPSuccess)
          answer.read_body
          raise Problem.new(answer, renewable: answer.code == "401" && renewable?(used))
        end
        @proven = used
        yield answer if block_given?
      end
    end
  end

  # The relay sends a comment every 25 s: a stream that is silent for a minute is lost.
  def stream(path)
    exchange("GET", path, read_timeout: 60) do |answer|
      waiting = String.new # Of bytes: a part may end inside a character.
      answer.read_body do |part|
        waiting << part.b
        while (record = waiting.slice!(/\\A.*?\\n\\n/m))
          data = record.force_encoding(Encoding::UTF_8)[/^data: (.*)$/, 1]
          yield JSON.parse(data) if data
        end
      end
    end
  end

  def call(method, path, body = nil, headers: {}, waits: true)
    (1..).each do |attempt|
      answer = exchange(method, path, body: body, headers: headers)
      return answer.body && JSON.parse(answer.body)
    rescue Problem, *BROKEN => error
      pause = pause_after(error)
      raise if attempt == ATTEMPTS_MAX || pause.nil? || (pause > 0 && !waits)

      sleep pause
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
    /// <summary>The relay sends a comment every 25 s: a stream that is silent for longer than this is lost.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);
    private readonly HttpClient http = new() { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(15) };
    private readonly HttpClient streams = new() { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };
    private readonly SemaphoreSlim renewing = new(1);
    private string token = "";
    private string proven = "";
    private DateTimeOffset tokenEnds;

    public Task<JsonElement> OpenAsync(string id, string? nickname = null) =>
        CallAsync(HttpMethod.Put, PathOf(id), new { guest = nickname is null ? (object)new { } : new { nickname } });

    public Task<JsonElement> LookAsync(string id) => CallAsync(HttpMethod.Get, PathOf(id));

    public Task<JsonElement> CloseAsync(string id) => CallAsync(HttpMethod.Delete, PathOf(id));

    /// <summary>Never waits: typing is told at once, or it is no longer true.</summary>
    public Task<JsonElement> TypingAsync(string id, string participant, bool typing) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/typing", new { participant, typing }, waits: false);

    public Task<JsonElement> SeenAsync(string id, string participant) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/receipts", new { participant, watermark = "seen" });

    /// <summary>The key makes a repeated call safe: the message is sent once.</summary>
    public Task<JsonElement> MessageAsync(string id, string participant, string text, string? key = null) =>
        CallAsync(HttpMethod.Post, PathOf(id) + "/messages", new { participant, text }, key ?? Guid.NewGuid().ToString());

    /// <summary>Every event after a sequence, and then each as it happens: it connects again and misses nothing kept.</summary>
    public async IAsyncEnumerable<JsonElement> EventsAsync(
        string id, long after = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        while (true)
        {
            var pause = TimeSpan.FromSeconds(1);
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            StreamReader? reader = null;
            try
            {
                while (true)
                {
                    string? line;
                    try
                    {
                        silence.CancelAfter(SilenceMax);
                        reader ??= await StreamAsync(PathOf(id) + $"/events?after={after}", silence.Token);
                        line = await reader.ReadLineAsync(silence.Token);
                        // Whoever gets the event takes the time that it takes.
                        silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    }
                    catch (Exception error) when (PauseAfter(error, stop) is { } wait)
                    {
                        pause = wait;
                        Console.Error.WriteLine($"The events of {id} broke off ({error.Message}): again in {pause.TotalSeconds} s.");
                        break;
                    }
                    if (line is null) break;
                    if (!line.StartsWith("data: ")) continue;
                    var e = JsonDocument.Parse(line["data: ".Length..]).RootElement;
                    if (e.TryGetProperty("sequence", out var sequence)) after = sequence.GetInt64();
                    if (e.GetProperty("type").GetString() == "event") yield return e;
                }
            }
            finally { reader?.Dispose(); }
            await Task.Delay(pause, stop);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        streams.Dispose();
        renewing.Dispose();
    }

    private static string PathOf(string id) => "/v1/conversations/" + Uri.EscapeDataString(id);

    /// <summary>How long until another try makes sense; null when it would fail as well.</summary>
    private static TimeSpan? PauseAfter(Exception error, CancellationToken stop = default)
    {
        if (stop.IsCancellationRequested) return null;
        if (error is RelayException problem) return problem.Pause;
        // A time-out comes as a cancellation.
        if (error is HttpRequestException or IOException or OperationCanceledException) return TimeSpan.FromSeconds(1);
        return null;
    }

    private async Task<string> TokenAsync(CancellationToken stop)
    {
        await renewing.WaitAsync(stop);
        try
        {
            if (DateTimeOffset.UtcNow < tokenEnds) return token;
            using var answer = await http.PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string> {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = clientSecret,
            }), stop);
            if (!answer.IsSuccessStatusCode) throw await ProblemAsync(answer, false, stop);
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop)).RootElement;
            tokenEnds = DateTimeOffset.UtcNow.AddSeconds(body.GetProperty("expires_in").GetInt32() - 60);
            return token = body.GetProperty("access_token").GetString()!;
        }
        finally { renewing.Release(); }
    }

    /// <summary>Whether a new token may do what this one can't: not when this one is new, and has never been taken.</summary>
    private bool IsRenewable(string used)
    {
        if (used != token) return true;
        tokenEnds = default;
        return used == proven;
    }

    /// <summary>One request with the token. An answer that is no success is thrown.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage request, HttpCompletionOption completion, CancellationToken stop)
    {
        var used = await TokenAsync(stop);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", used);
        var answer = await client.SendAsync(request, completion, stop);
        if (answer.IsSuccessStatusCode)
        {
            proven = used;
            return answer;
        }
        using (answer) throw await ProblemAsync(answer, (int)answer.StatusCode == 401 && IsRenewable(used), stop);
    }

    private async Task<StreamReader> StreamAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await SendAsync(streams, request, HttpCompletionOption.ResponseHeadersRead, stop);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
    }

    private async Task<JsonElement> CallAsync(
        HttpMethod method, string path, object? body = null, string? key = null, bool waits = true)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path);
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
                using var answer = await SendAsync(http, request, HttpCompletionOption.ResponseContentRead, default);
                var text = await answer.Content.ReadAsStringAsync();
                return text == "" ? default : JsonDocument.Parse(text).RootElement;
            }
            catch (Exception error) when (
                attempt < AttemptsMax && PauseAfter(error) is { } pause && (waits || pause == TimeSpan.Zero))
            {
                await Task.Delay(pause);
            }
        }
    }

    private static async Task<RelayException> ProblemAsync(HttpResponseMessage answer, bool isRenewable, CancellationToken stop)
    {
        var status = (int)answer.StatusCode;
        JsonElement body = default;
        try { body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop)).RootElement; }
        catch (JsonException) { } // A proxy in front of the relay answers in words of its own.
        string? Text(string name) =>
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value.ToString() : null;
        TimeSpan? pause = null;
        if (isRenewable) pause = TimeSpan.Zero;
        else if (status is 429 or >= 500)
            pause = TimeSpan.FromSeconds(Math.Max(1.0, answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 1.0));
        var detail = Text("detail") ?? Text("error_description") ?? $"HTTP {status}";
        return new RelayException(status, Text("code") ?? Text("error") ?? "", (detail + " " + Text("fix")).TrimEnd(), pause);
    }
}

public sealed class RelayException(int status, string code, string message, TimeSpan? pause) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
    /// <summary>How long until another try makes sense; null when it would be refused as well.</summary>
    public TimeSpan? Pause { get; } = pause;
}
`,
};
