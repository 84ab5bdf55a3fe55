# frozen_string_literal: true

# A bridge from a legacy chat to Genesys Cloud, as a Rails application has it, without Rails: the chat's webhooks come in
# over HTTP, each becomes a job, and a worker turns jobs into Genesys calls, with exponential backoff on 429. It knows
# nothing of Backchannel; only GENESYS_API_BASE_URL says where Genesys is. Needs Debian's ruby and ruby-faraday.
#
#   GENESYS_CLIENT_ID=… GENESYS_CLIENT_SECRET=… GENESYS_API_BASE_URL=http://127.0.0.1:4200 ruby bridge.rb
#
# It prints "listening on <port>" (PORT, default any free one) and one JSON line per finished job. A webhook is
#   POST /webhooks/chat  {"event":"typing" | "read" | "message", "conversation_id":…, "user_id":…, "message_id"?, "text"?}

require 'faraday'
require 'json'
require 'socket'

class GenesysClient
  RENEW_BEFORE = 60

  def initialize(base_url:, client_id:, client_secret:)
    @client_id = client_id
    @client_secret = client_secret
    @http = Faraday.new(url: base_url, request: { timeout: 10, open_timeout: 5 })
    @lock = Mutex.new
  end

  # POST /api/v2/webmessaging/guests/conversations/{id}/events
  def typing(conversation_id, user_id)
    post("/api/v2/webmessaging/guests/conversations/#{conversation_id}/events",
         eventType: 'typing', conversationId: conversation_id, userId: user_id)
  end

  def message(conversation_id, user_id, text)
    post("/api/v2/webmessaging/guests/conversations/#{conversation_id}/events",
         eventType: 'message', conversationId: conversation_id, userId: user_id, text: text)
  end

  # POST /api/v2/conversations/messaging/conversations/{id}/events
  def read(conversation_id, message_id)
    body = { type: 'read-receipt' }
    body[:messageId] = message_id if message_id
    post("/api/v2/conversations/messaging/conversations/#{conversation_id}/events", body)
  end

  private

  def post(path, body)
    @http.post(path) do |request|
      request.headers['Authorization'] = "Bearer #{token}"
      request.headers['Content-Type'] = 'application/json'
      request.body = JSON.generate(body)
    end
  end

  def token
    @lock.synchronize do
      return @token if @token && Time.now < @renew_at

      response = @http.post('/oauth/token') do |request|
        request.headers['Authorization'] = "Basic #{["#{@client_id}:#{@client_secret}"].pack('m0')}"
        request.headers['Content-Type'] = 'application/x-www-form-urlencoded'
        request.body = 'grant_type=client_credentials'
      end
      raise "No token: #{response.status} #{response.body}" unless response.status == 200

      granted = JSON.parse(response.body)
      @renew_at = Time.now + granted.fetch('expires_in') - RENEW_BEFORE
      @token = granted.fetch('access_token')
    end
  end
end

# What ActiveJob and its retry_on do, in one class.
class JobQueue
  ATTEMPTS = 5
  BASE_DELAY = 0.5

  def initialize(client)
    @client = client
    @jobs = Queue.new
  end

  def push(job)
    @jobs << job
  end

  def work
    while (job = @jobs.pop)
      report(job, perform(job))
    end
  end

  # Lets the worker finish what is queued.
  def close
    @jobs.close
  end

  private

  def perform(job)
    (1..ATTEMPTS).each do |attempt|
      response = call(job)
      return response unless response.status == 429 && attempt < ATTEMPTS

      sleep([response.headers['Retry-After'].to_f, BASE_DELAY * (2**(attempt - 1))].max)
    end
  rescue Faraday::Error, StandardError => e
    e
  end

  def call(job)
    case job.fetch('event')
    when 'typing' then @client.typing(job.fetch('conversation_id'), job.fetch('user_id'))
    when 'read' then @client.read(job.fetch('conversation_id'), job['message_id'])
    when 'message' then @client.message(job.fetch('conversation_id'), job.fetch('user_id'), job.fetch('text'))
    else raise ArgumentError, "Unknown event #{job['event'].inspect}"
    end
  end

  def report(job, result)
    line = { event: job['event'] }
    if result.is_a?(Exception)
      line[:error] = result.message
    else
      line[:status] = result.status
      line[:body] = result.body
    end
    puts JSON.generate(line)
  end
end

# The smallest listener that takes a webhook: a request line, headers, and a body of Content-Length bytes.
class WebhookListener
  BODY_MAX = 65_536

  def initialize(port, queue)
    @server = TCPServer.new('127.0.0.1', port)
    @queue = queue
  end

  def port
    @server.addr[1]
  end

  def run
    loop do
      Thread.new(@server.accept) { |socket| serve(socket) }
    end
  rescue IOError
    nil # The server was closed: no more webhooks.
  end

  def close
    @server.close
  end

  private

  def serve(socket)
    method, path = socket.gets.to_s.split
    length = 0
    while (line = socket.gets) && line != "\r\n"
      name, value = line.split(':', 2)
      length = value.to_i if name.casecmp?('content-length')
    end
    answer(socket, take(method, path, length <= BODY_MAX ? socket.read(length) : nil))
  ensure
    socket.close
  end

  def take(method, path, body)
    return '404 Not Found' unless method == 'POST' && path == '/webhooks/chat'
    return '413 Payload Too Large' if body.nil?

    @queue.push(JSON.parse(body))
    '202 Accepted'
  rescue JSON::ParserError
    '400 Bad Request'
  end

  def answer(socket, status)
    socket.write("HTTP/1.1 #{status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
  end
end

$stdout.sync = true
client = GenesysClient.new(base_url: ENV.fetch('GENESYS_API_BASE_URL'),
                           client_id: ENV.fetch('GENESYS_CLIENT_ID'),
                           client_secret: ENV.fetch('GENESYS_CLIENT_SECRET'))
queue = JobQueue.new(client)
listener = WebhookListener.new(ENV.fetch('PORT', '0').to_i, queue)
worker = Thread.new { queue.work }
trap('TERM') { Thread.new { listener.close } }
puts "listening on #{listener.port}"
listener.run
queue.close
worker.join
