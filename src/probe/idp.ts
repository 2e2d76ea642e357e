/**
 * The identity provider that a probe drives: the one interface by which it mints tokens, publishes keys, lets the key set
 * fail, and sees who fetched it. It is an org of this program, its own or a running one, asked by its control API.
 */
import type { TokenEdits } from '../edge-cases/token-edits.js';
import type { GivenName } from '../edge-cases/values.js';

/** What is asked of the identity provider cannot be done; the message says why. */
export class IdpRefusal extends Error {
  override readonly name = 'IdpRefusal';
}

/** A token as it is presented, and as it is decoded. */
export interface Token {
  readonly compact: string;
  readonly header: unknown;
  readonly claims: unknown;
}

/** What `POST /_mock/mint` takes, as far as the probe asks for it. */
export interface Mint {
  readonly edgeCases?: readonly string[];
  readonly claims?: TokenEdits['claims'];
  readonly header?: TokenEdits['header'];
  readonly sign?: TokenEdits['sign'];
  readonly given?: { readonly [N in GivenName]?: string | undefined };
  readonly keys?: {
    readonly ras?: object | undefined;
    readonly client?: object | undefined;
    readonly encryption?: object;
  };
}

/** Who the tokens are about, and for whom. */
export interface About {
  readonly user?: string | undefined;
  readonly agent?: string | undefined;
  readonly audience: string;
  readonly clientId: string;
  readonly resource?: string | undefined;
  readonly scope?: string | undefined;
}

/** How often the documents of the org were fetched since it was asked to count. */
export interface Fetches {
  readonly keys: number;
  readonly discovery: number;
}

export interface Idp {
  readonly issuer: string;
  /** @throws {IdpRefusal} when the token cannot be made */
  mint(asked: Mint): Promise<Token>;
  /** Puts keys beside those of the org. */
  publish(signers: readonly string[]): Promise<void>;
  /** Takes one of them out. */
  unpublish(signer: string): Promise<void>;
  /** What its answers meet from now on, in place of what they met before: each as `POST /_mock/faults` takes it. */
  meet(faults: readonly object[]): Promise<void>;
  /** A fresh key, which was never published before, signs from now on. */
  rotate(): Promise<void>;
  /** Takes all keys out of the key set but the one that signs, those that stand beside its own as well. */
  withdrawOthers(): Promise<void>;
  /** Undoes what was done to its own keys, and brings back those that stood beside them. */
  takeBack(): Promise<void>;
  fetches(): Promise<Fetches>;
  /** Undoes what the probe did to it. */
  tidy(): Promise<void>;
}

/** Asks the control API. */
export type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

/** Why the control API refused: its causes, or else its summary. @param answer body of the refusal */
export function idpRefusal(status: number, answer: Readonly<Record<string, unknown>>): IdpRefusal {
  const { errorSummary = `the control API answered ${status}`, errorCauses = [] } = answer;
  const causes = (errorCauses as { errorSummary: string }[]).map((cause) => cause.errorSummary);
  return new IdpRefusal([...causes, errorSummary].slice(0, Math.max(1, causes.length)).join('. '));
}

/** An org that is asked to be the identity provider, and by which way. */
export interface GivenIdp {
  readonly issuer: string;
  readonly ask: Ask;
}

interface ShownKeys {
  readonly signing: readonly { readonly kid: string; readonly status: string }[];
  readonly published: readonly { readonly signer: string }[];
  readonly fetches: Readonly<Record<'jwks' | 'oidc' | 'oauth', { readonly count: number }>>;
}

/** The org behind a control API as {@link Idp}. */
export function idpBehind(ask: Ask, issuer: string, about: About): Idp {
  const ours = { signers: new Set<string>(), faults: [] as string[], changes: 0 };
  const keys = async () => ((await ask('GET', '/_mock/keys')) as readonly ShownKeys[])[0] as ShownKeys;
  const change: Ask = async (...asked) => {
    await ask(...asked);
    ours.changes += 1;
  };
  const idp: Idp = {
    issuer,
    async mint(asked) {
      const { token, header, claims } = (await ask('POST', '/_mock/mint', { ...about, ...asked })) as Record<
        string,
        unknown
      >;
      return { compact: String(token), header, claims };
    },
    async publish(signers) {
      if (signers.length === 0) return;
      const there = (await keys()).published.map(({ signer }) => signer);
      await ask('POST', '/_mock/keys/publish', { signers });
      for (const signer of signers) if (!there.includes(signer)) ours.signers.add(signer);
    },
    async unpublish(signer) {
      if (ours.signers.delete(signer)) await ask('DELETE', `/_mock/keys/published/${signer}`);
    },
    async meet(faults) {
      for (const id of ours.faults.splice(0)) await ask('DELETE', `/_mock/faults/${id}`);
      for (const fault of faults) {
        const { id } = (await ask('POST', '/_mock/faults', fault)) as { id: string };
        ours.faults.push(id);
      }
    },
    // The first step only brings up the key that every server knows already, since it stands in the key set as the next one.
    async rotate() {
      for (let step = 0; step < 2; step++) await change('POST', '/_mock/keys/rotate', { now: true });
    },
    async withdrawOthers() {
      const { signing, published } = await keys();
      // All at once: the org remembers few changes.
      if (published.length > 0) await change('DELETE', '/_mock/keys/published');
      const others = signing.filter(({ status }) => status === 'NEXT' || status === 'RETIRED');
      for (const { kid } of others) await change('POST', '/_mock/keys/withdraw', { kid });
    },
    async takeBack() {
      for (; ours.changes > 0; ours.changes--) await ask('POST', '/_mock/keys/rollback', {});
    },
    async fetches() {
      const { jwks, oidc, oauth } = (await keys()).fetches;
      return { keys: jwks.count, discovery: oidc.count + oauth.count };
    },
    async tidy() {
      await idp.meet([]);
      await idp.takeBack();
      for (const signer of ours.signers) await idp.unpublish(signer);
    },
  };
  return idp;
}
