/**
 * An answer whose text has come. What is asked of nearly all of them (status, a header, the text) costs next to nothing; for
 * anything else the runtime's own `Response` is made, which costs as much as the request did (measured: `npm run bench -- relay-typing`).
 */
export class TextResponse implements Response {
  readonly status: number;
  readonly url: string;
  readonly type = 'basic';
  readonly redirected = false;
  readonly statusText = '';
  readonly #text: string;
  readonly #fields: Readonly<Record<string, string | string[] | undefined>>;
  #headers: Headers | undefined;
  #response: Response | undefined;

  constructor(
    url: string,
    status: number,
    fields: Readonly<Record<string, string | string[] | undefined>>,
    text: string,
  ) {
    this.url = url;
    this.status = status;
    this.#fields = fields;
    this.#text = text;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get headers(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new Headers();
      for (const [name, value] of Object.entries(this.#fields)) {
        for (const each of [value ?? []].flat()) this.#headers.append(name, each);
      }
    }
    return this.#headers;
  }

  get body() {
    return this.#whole.body;
  }

  get bodyUsed(): boolean {
    return this.#response?.bodyUsed ?? false;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }

  arrayBuffer(): ReturnType<Response['arrayBuffer']> {
    return this.#whole.arrayBuffer();
  }

  blob(): ReturnType<Response['blob']> {
    return this.#whole.blob();
  }

  bytes(): ReturnType<Response['bytes']> {
    return this.#whole.bytes();
  }

  formData(): ReturnType<Response['formData']> {
    return this.#whole.formData();
  }

  clone(): Response {
    return this.#whole.clone();
  }

  get #whole(): Response {
    const { status, headers } = this;
    this.#response ??= new Response(status === 204 || status === 304 ? null : this.#text, { status, headers });
    return this.#response;
  }
}
