/** What a running org does for the process it runs in, without HTTP: minting and explaining. */
import type * as z from 'zod';
import { type Minted, mint } from './control/mint.js';
import { MintRequest, type MintRequestInput } from './control/mint-request.js';
import { type MintedSaml, mintSaml } from './control/mint-saml.js';
import { MintSamlRequest, type MintSamlRequestInput } from './control/mint-saml-request.js';
import type { Org } from './org.js';
import { issueSentences } from './protocol/issues.js';
import { isMistake } from './protocol/mistake.js';
import type { Explanation } from './ras/explain.js';
import { ExplainRequest, explainAsked } from './ras/explain-request.js';

/** What was asked for cannot be done; the message names the bad value and says why. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

export interface InProcess {
  /**
   * A token for whomever, right or wrong on purpose: what `POST /_mock/mint` takes and answers.
   * @throws {RequestError} naming the bad value; nothing was done
   */
  mint(request?: MintRequestInput): Promise<Minted>;
  /**
   * A SAML response or assertion for whomever: what `POST /_mock/mint-saml` takes and answers.
   * @throws {RequestError} naming the bad value
   */
  mintSaml(request?: MintSamlRequestInput): Promise<MintedSaml>;
  /**
   * Judges an ID-JAG, or what you take for one, rule by rule: what `POST /_mock/explain` takes and answers.
   * @throws {RequestError} naming the bad expectation
   */
  explain(token: string, expected?: Omit<ExplainRequest, 'token'>): Promise<Explanation>;
}

/** @throws {RequestError} with the path of each bad value */
function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RequestError(issueSentences(parsed.error).join('; '));
}

export function callsOn(org: Org): InProcess {
  return {
    async mint(request = {}) {
      const minted = await mint(org, checked(MintRequest, request));
      if (isMistake(minted)) throw new RequestError(`${minted.path}: ${minted.mistake}`);
      return minted;
    },
    async mintSaml(request = {}) {
      const minted = await mintSaml(org, checked(MintSamlRequest, request));
      if (isMistake(minted)) throw new RequestError(`${minted.path}: ${minted.mistake}`);
      return minted;
    },
    explain: async (token, expected = {}) => explainAsked(org, checked(ExplainRequest, { ...expected, token })),
  };
}
