import { REGION_DOMAINS } from '@backchannel/protocol';
import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type * as z from 'zod';
import { lineAndColumn, spokenParseError } from '../domain/json-mistake.ts';
import { nearestName, spellingDistance } from '../domain/nearest-name.ts';
import { memberNames } from '../domain/schema-members.ts';
import type { ConfigPlace, ConfigProblem } from './config-problem.ts';
import { type Config, configSchema } from './config-schema.ts';
import {
  CLIENT_SECRET_PREFIX,
  clientSecretVariable,
  GENESYS_SECRET_VARIABLE,
  OVERRIDES,
  type Override,
  overrideValue,
  PREFIX,
  unreadVariables,
} from './overrides.ts';
import { PROGRAM, typed } from './program.ts';

/** Everything that a configuration is read from; all optional, since the environment alone can be enough. */
export interface ConfigSources {
  /** Text of the file: JSON with comments and trailing commas. */
  readonly text?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** By flag: `{ '--port': '4301' }`. */
  readonly flags?: Readonly<Record<string, string | undefined>> | undefined;
  /** What one types to run the command line, for what is said to fix something. Default: `npx backchannel`. */
  readonly program?: string | undefined;
}

/** A configuration that can be started, or everything that is wrong with it. */
export type ReadConfig =
  | { readonly config: Config; readonly problems: readonly [] }
  | { readonly config?: undefined; readonly problems: readonly ConfigProblem[] };

type Path = readonly PropertyKey[];
type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads all sources and finds everything that is wrong at once. */
export function readConfig(sources: ConfigSources): ReadConfig {
  const { config, problems } = configIn(sources);
  if (config) return { config, problems: [] };
  return { problems: problems.map((problem) => ({ ...problem, fix: typed(problem.fix, sources.program) })) };
}

function configIn({ text = '{}', env = {}, flags = {} }: ConfigSources): ReadConfig {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const placeAt = (offset: number): ConfigPlace => ({ from: 'file', ...lineAndColumn(text, offset) });
  if (errors.length > 0 || root?.type !== 'object') {
    const [first] = errors;
    const what = first === undefined ? 'the file is no JSON object' : `the file is no JSON: ${spokenParseError(first)}`;
    return {
      problems: [
        {
          place: placeAt(first?.offset ?? 0),
          path: '',
          what,
          fix: 'write JSON; comments and trailing commas are allowed',
        },
      ],
    };
  }

  const values: Members = getNodeValue(root);
  const overridden = applyOverrides(values, env, flags);
  const placeOf = (path: Path): ConfigPlace => overridden.placeOf(path) ?? placeAt(nearestNode(root, path).offset);
  const parsed = configSchema.safeParse(values);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => issueProblems(issue, values, placeOf)),
    ...acrossMembers(values, env, placeOf),
  ];
  return parsed.success && problems.length === 0 ? { config: parsed.data, problems: [] } : { problems };
}

/** The node of a member; of the object that it is missing from; of its name, when that is what is wrong. */
function nearestNode(root: Node, path: Path): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length).map(step));
    if (node === undefined) continue;
    return node.parent?.type === 'property' ? node.parent : node;
  }
  return root;
}

const step = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));

interface Overridden {
  placeOf(path: Path): ConfigPlace | undefined;
}

function applyOverrides(values: Members, env: Members, flags: Members): Overridden {
  const places = new Map<string, ConfigPlace>();
  for (const override of OVERRIDES) {
    const { variable, flag } = override;
    const place: ConfigPlace | undefined = given(flag && flags[flag])
      ? { from: 'flag', flag: String(flag) }
      : given(env[variable])
        ? { from: 'environment', variable }
        : undefined;
    if (place === undefined) continue;
    put(values, override, String(place.from === 'flag' ? flags[place.flag] : env[variable]));
    places.set(override.path.join('.'), place);
  }
  return { placeOf: (path) => places.get(path.filter((key) => typeof key !== 'number').join('.')) };
}

/** An empty variable counts as not set. */
const given = (value: unknown): boolean => typeof value === 'string' && value !== '';

function put(values: Members, { path, kind }: Override, text: string): void {
  let inner = values;
  for (const key of path.slice(0, -1)) {
    if (inner[key] === undefined) inner[key] = {};
    const next = inner[key];
    // The schema says what is wrong with it.
    if (!isMembers(next)) return;
    inner = next;
  }
  inner[path.at(-1) ?? ''] = overrideValue(text, kind);
}

const written = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);

/** Members whose values are never repeated, whatever was written there. */
const SECRET = /secret|password|key|token/i;

function shown(path: Path, value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (path.some((key) => SECRET.test(String(key)))) return 'its value is not repeated here';
  const text = JSON.stringify(value);
  return `it is ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
}

function issueProblems(
  issue: z.core.$ZodIssue,
  values: Members,
  placeOf: (path: Path) => ConfigPlace,
): readonly ConfigProblem[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') {
    const rule = issue.message.replace(/^Invalid (?:input|option): /, '').replace(/^expected/, 'must be');
    return [
      {
        place: placeOf(path),
        path: written(path),
        what: `${rule.charAt(0).toLowerCase()}${rule.slice(1)}; ${shown(path, at(values, path))}`,
        fix: fixFor(path),
      },
    ];
  }
  return issue.keys.map((key) => ({
    place: placeOf([...path, key]),
    path: written([...path, key]),
    ...unknownMember(path, key, values),
  }));
}

function unknownMember(path: Path, key: string, values: Members): { readonly what: string; readonly fix: string } {
  if (path[0] === 'clients' && SECRET.test(key)) {
    const id = at(values, [...path, 'id']);
    return {
      what: 'a secret does not stand in the file',
      fix: `run "${PROGRAM} relay hash-secret" and put what it prints into secretHashes; or put the secret into the environment as ${clientSecretVariable(typeof id === 'string' ? id : 'ID')}`,
    };
  }
  if (path[0] === 'genesys' && SECRET.test(key)) {
    return {
      what: 'a secret does not stand in the file',
      fix: `put it into the environment as ${GENESYS_SECRET_VARIABLE}`,
    };
  }
  const nearest = nearestName(key, memberNames(configSchema, path));
  return {
    what: 'nobody reads this member',
    fix: nearest === undefined ? 'take it out' : `write "${nearest}", or take it out`,
  };
}

function fixFor(path: Path): string {
  if (written(path) === 'genesys.deploymentId') {
    return 'copy the id of the Messenger deployment (Admin > Message > Messenger Deployments)';
  }
  return `see what "${PROGRAM} relay config example" writes there`;
}

/** What is right member by member, and wrong together. Looks at values of any shape: the schema speaks of the shapes. */
function acrossMembers(
  values: Members,
  env: Readonly<Record<string, string | undefined>>,
  placeOf: (path: Path) => ConfigPlace,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const tell = (path: Path, what: string, fix: string) =>
    problems.push({ place: placeOf(path), path: written(path), what, fix });

  const genesys = isMembers(values.genesys) ? values.genesys : undefined;
  if (genesys !== undefined) {
    const ways = ['region', 'baseUrl', 'hosts'].filter((name) => genesys[name] !== undefined);
    if (ways.length === 0) {
      tell(['genesys'], 'nothing says where Genesys is', 'add "region": "eu-west-1" (or the domain of your org)');
    } else if (ways.length > 1) {
      tell(['genesys', ways[1] ?? ''], `${ways.join(' and ')} both say where Genesys is`, 'keep one of them');
    }
    const { region } = genesys;
    // Genesys adds regions, so a domain that is not known may be one; a name without a dot can only be one of the table.
    if (typeof region === 'string' && !region.includes('.') && !Object.hasOwn(REGION_DOMAINS, region)) {
      tell(
        ['genesys', 'region'],
        `"${region}" is no region that Genesys Cloud is known to run in`,
        `write ${regionMeant(region)}, or the domain of your org ("mypurecloud.ie")`,
      );
    }
    const followed = Array.isArray(genesys.agents) && genesys.agents.length > 0;
    if (followed && genesys.client === undefined) {
      tell(
        ['genesys', 'agents'],
        'agents can’t be followed without an OAuth client',
        'add genesys.client, or take the agents out',
      );
    }
    if (genesys.client !== undefined && !given(env[GENESYS_SECRET_VARIABLE])) {
      tell(['genesys', 'client'], 'its secret is missing', `put it into the environment as ${GENESYS_SECRET_VARIABLE}`);
    }
  }

  const clients = Array.isArray(values.clients) ? values.clients.filter(isMembers) : [];
  const seen = new Map<string, string>();
  for (const [index, { id, secretHashes }] of clients.entries()) {
    if (typeof id !== 'string') continue;
    const variable = clientSecretVariable(id);
    const other = seen.get(variable);
    if (other !== undefined) {
      tell(
        ['clients', index, 'id'],
        `"${other}" and "${id}" are the same client, or share ${variable}`,
        'give one of them another id',
      );
    }
    seen.set(variable, id);
    if ((!Array.isArray(secretHashes) || secretHashes.length === 0) && !given(env[variable])) {
      tell(
        ['clients', index],
        `client "${id}" has no secret`,
        `add secretHashes (${PROGRAM} relay hash-secret makes them), or ${variable} to the environment`,
      );
    }
  }
  for (const variable of unreadVariables(Object.keys(env), [...seen.values()])) {
    problems.push({ place: { from: 'environment', variable }, path: '', ...unknownVariable(variable, seen) });
  }
  return problems;
}

/** More letters than these are another word, and no slip of the pen. */
const SLIP_MAX = 3;

function regionMeant(given: string): string {
  const nearest = nearestName(given, Object.keys(REGION_DOMAINS));
  return nearest !== undefined && spellingDistance(given.toLowerCase(), nearest) <= SLIP_MAX
    ? `"${nearest}" if that was meant`
    : 'an AWS region ("eu-west-1")';
}

function unknownVariable(
  variable: string,
  clients: ReadonlyMap<string, string>,
): { readonly what: string; readonly fix: string } {
  const ofClient = variable.startsWith(CLIENT_SECRET_PREFIX);
  const prefix = ofClient ? CLIENT_SECRET_PREFIX : PREFIX;
  const known = ofClient ? [...clients.keys()] : [GENESYS_SECRET_VARIABLE, ...OVERRIDES.map((each) => each.variable)];
  // What all of them begin with says nothing of how near they are.
  const given = variable.slice(prefix.length);
  const nearest = nearestName(
    given,
    known.map((each) => each.slice(prefix.length)),
  );
  const meant =
    nearest !== undefined && spellingDistance(given, nearest) <= SLIP_MAX
      ? `did you mean ${prefix}${nearest}?`
      : undefined;
  if (!ofClient) return { what: 'nobody reads this variable', fix: meant ?? 'take it out' };
  const ids = [...clients.values()];
  return {
    what: `there is no client "${given.toLowerCase()}"; ${ids.length === 0 ? 'there are none' : `clients: ${ids.join(', ')}`}`,
    fix: meant ?? 'take it out, or add the client',
  };
}
