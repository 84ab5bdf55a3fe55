/** One call, as examples show it. */
export interface ExampleCall {
  readonly method: string;
  /** With example values in it, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body is a form, not JSON. */
  readonly form?: boolean | undefined;
  readonly withToken: boolean;
}

export const LANGUAGES = [
  { id: 'curl', name: 'curl' },
  { id: 'ruby', name: 'Ruby' },
  { id: 'csharp', name: 'C#' },
] as const;
export type Language = (typeof LANGUAGES)[number]['id'];

/** In single quotes for a shell. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function curl({ method, path, headers, body, form, withToken }: ExampleCall): string {
  const parts = [
    `curl -sS${method === 'GET' ? '' : ` -X ${method}`} "$RELAY${path}"`,
    ...(withToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : form
        ? Object.entries(body as Record<string, string>).map(([name, value]) => `-d ${shell(`${name}=${value}`)}`)
        : [`-H 'Content-Type: application/json'`, `-d ${shell(JSON.stringify(body))}`]),
  ];
  return parts.join(' \\\n  ');
}

/** A value as Ruby writes it. */
function rubyValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(rubyValue).join(', ')}]`;
  if (value === null) return 'nil';
  if (typeof value !== 'object') return JSON.stringify(value).replaceAll('#', '\\#');
  const members = Object.entries(value).map(([name, member]) =>
    /^[a-z_]\w*$/i.test(name) ? `${name}: ${rubyValue(member)}` : `${JSON.stringify(name)} => ${rubyValue(member)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const capitalised = (method: string): string => method.charAt(0) + method.slice(1).toLowerCase();

function ruby({ method, path, headers, body, form, withToken }: ExampleCall): string {
  return [
    'require "json"',
    'require "net/http"',
    '',
    `uri = URI("#{ENV.fetch("RELAY")}${path}")`,
    `request = Net::HTTP::${capitalised(method)}.new(uri)`,
    ...(withToken ? ['request["Authorization"] = "Bearer #{ENV.fetch("TOKEN")}"'] : []),
    ...Object.entries(headers).map(([name, value]) => `request[${JSON.stringify(name)}] = ${JSON.stringify(value)}`),
    ...(body === undefined
      ? []
      : form
        ? [`request.set_form_data(${rubyValue(body)})`]
        : ['request["Content-Type"] = "application/json"', `request.body = JSON.generate(${rubyValue(body)})`]),
    'answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") { |http| http.request(request) }',
    'puts answer.code, answer.body',
  ].join('\n');
}

/** A text as C# writes it. */
const csharpText = (text: string): string => (text.includes('"') ? `"""${text}"""` : `"${text}"`);

function csharp({ method, path, headers, body, form, withToken }: ExampleCall): string {
  const content =
    body === undefined
      ? []
      : form
        ? [
            'request.Content = new FormUrlEncodedContent(new Dictionary<string, string> {',
            ...Object.entries(body as Record<string, string>).map(
              ([name, value]) => `    [${csharpText(name)}] = ${csharpText(value)},`,
            ),
            '});',
          ]
        : [
            `request.Content = new StringContent(${csharpText(JSON.stringify(body))}, Encoding.UTF8, "application/json");`,
          ];
  return [
    ...(withToken ? ['using System.Net.Http.Headers;'] : []),
    ...(body !== undefined && !form ? ['using System.Text;'] : []),
    ...(withToken || (body !== undefined && !form) ? [''] : []),
    'using var http = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("RELAY")!) };',
    `using var request = new HttpRequestMessage(HttpMethod.${capitalised(method)}, ${csharpText(path)});`,
    ...(withToken
      ? [
          'request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("TOKEN"));',
        ]
      : []),
    ...Object.entries(headers).map(
      ([name, value]) => `request.Headers.Add(${csharpText(name)}, ${csharpText(value)});`,
    ),
    ...content,
    'using var answer = await http.SendAsync(request);',
    'Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");',
  ].join('\n');
}

/** A complete program, or command, that makes the call. It takes `RELAY` and `TOKEN` from the environment. */
export const exampleCode: Readonly<Record<Language, (call: ExampleCall) => string>> = { curl, ruby, csharp };
