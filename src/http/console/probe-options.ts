/** The options of a probe, out of the fields of the form, and back into them. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { findUser } from '../../admin/users.js';
import { PROBE_LABELS } from '../../console/probe-form.js';
import type { ProbeOptionsInput } from '../../probe/options.js';
import { isJsonObject, withoutUndefined } from '../../protocol/json-objects.js';
import { users } from '../../registry/user.js';
import type { View } from '../../store/port.js';
import { writtenJson } from './form-values.js';
import type { ConsoleCall } from './page.js';

type Members = Readonly<Record<string, unknown>>;

const isActive = ({ status }: { readonly status: string }) => status === 'ACTIVE';

/** Whom the tokens are about where nobody says it: the login of the first active user. */
export const usualUser = (view: View): string => view.list(users).find(isActive)?.profile.login ?? '';

/** What would run a command or read a file of this machine, or choose another org. */
const NOT_FROM_HERE = 'is taken by the command line only (mock-okta-xaa probe).';
const ABOUT_IDP = ['agent', 'canaryHost', 'canaryUrl'];

/** What a page does not do for whoever opens it. */
function notHere({ restartCommand, idp }: Members): string | undefined {
  if (restartCommand !== undefined) {
    return `restartCommand ${NOT_FROM_HERE}`;
  }
  const other = Object.keys(isJsonObject(idp) ? idp : {}).find((name) => !ABOUT_IDP.includes(name));
  return other && `idp.${other} ${NOT_FROM_HERE}`;
}

/** What the field for JSON says. Under a name of its own, for it may have any member. */
function jsonAsked({ form }: ConsoleCall): { readonly json: Members } | AdminRefusal {
  const label = PROBE_LABELS.json;
  const written = writtenJson(form.get('json') ?? '{}', label);
  if (isAdminRefusal(written)) return written;
  const { json } = written;
  if (!isJsonObject(json)) return notValid('json', `${label}: this is no JSON object.`);
  const problem = notHere(json);
  return problem === undefined ? { json } : notValid('json', `${label}: ${problem}`);
}

/** Members that fields say, over those of the JSON. */
function over(json: unknown, said: Members): Members | undefined {
  const both = { ...(isJsonObject(json) ? json : {}), ...withoutUndefined(said) };
  return Object.keys(both).length > 0 ? both : undefined;
}

/** The person as the server under test knows them; what the JSON says, where the field is empty. */
function userAsked({ form, view }: ConsoleCall, json: unknown): { readonly user: unknown } | AdminRefusal {
  const login = form.get('user');
  if (login === undefined && json !== undefined) return { user: json };
  const user = findUser(view, login ?? usualUser(view));
  if (isAdminRefusal(user)) {
    return notValid('user', `${PROBE_LABELS['user.sub']}: the org has no such person. Give a login or an id.`);
  }
  return { user: { sub: user.id, email: user.profile.email } };
}

/** A field that holds a list: of cases, by names between blanks, commas or lines. */
function namesIn(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? '').split(/[\s,]+/).filter(Boolean);
  return names.length > 0 ? names : undefined;
}

const numberIn = (text: string | undefined) => (text === undefined || Number.isNaN(Number(text)) ? text : Number(text));

/** Who leaves the secret out, says so: after a mistake elsewhere in the form it has to be typed in again. */
function lacksSecret(client: Members | undefined): boolean {
  return client?.secret === undefined && client?.key === undefined && client?.authentication === undefined;
}

/** The options, not yet checked by their schema; or why they are none. */
export function optionsAsked(call: ConsoleCall): { readonly options: ProbeOptionsInput } | AdminRefusal {
  const { form } = call;
  const written = jsonAsked(call);
  if (isAdminRefusal(written)) return written;
  const { json } = written;
  const person = userAsked(call, json.user);
  if (isAdminRefusal(person)) return person;
  const [id, secret, authentication] = ['clientId', 'secret', 'authentication'].map((name) => form.get(name));
  const client = over(json.client, { id, secret, authentication });
  if (lacksSecret(client)) {
    const sentence = 'type it in, or say under "How it authenticates" that there is none.';
    return notValid('secret', `${PROBE_LABELS['client.secret']}: ${sentence}`);
  }
  const [groups, agent] = [form.all('group'), form.get('agent')];
  const said = {
    ...Object.fromEntries(
      ['mcp', 'issuer', 'tokenEndpoint', 'scope', 'patience'].map((name) => [name, form.get(name)]),
    ),
    ...{ rate: numberIn(form.get('rate')), user: person.user, client, idp: over(json.idp, { agent }) },
    select: over(json.select, { groups: groups.length > 0 ? groups : undefined, names: namesIn(form.get('names')) }),
  };
  return { options: { ...json, ...withoutUndefined(said) } as unknown as ProbeOptionsInput };
}

/** What stands in the fields so that they say these options again. What has no field stands in the JSON. */
export interface Filled {
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly groups: readonly string[];
}

/** Said by every form. */
type ProbedUser = NonNullable<ProbeOptionsInput['user']>;

/** @param options as the form has made them, without secrets */
export function filledBy(options: ProbeOptionsInput): Filled {
  const { mcp, issuer, tokenEndpoint, scope, rate, patience, client, user, select = {}, idp = {}, ...rest } = options;
  const { id, authentication, ...moreOfClient } = client;
  const { groups = [], names = [], ...moreOfSelect } = select;
  const { agent, ...moreOfIdp } = idp;
  const json = { ...rest, idp: over(moreOfIdp, {}), client: over(moreOfClient, {}), select: over(moreOfSelect, {}) };
  const others = withoutUndefined(json);
  return {
    texts: {
      ...{ mcp, issuer, tokenEndpoint, scope, clientId: id, authentication, user: (user as ProbedUser).sub, agent },
      ...{ rate: rate?.toString(), patience: patience?.toString(), names: names.join('\n') },
      json: Object.keys(others).length > 0 ? JSON.stringify(others, null, 2) : undefined,
    },
    groups,
  };
}
