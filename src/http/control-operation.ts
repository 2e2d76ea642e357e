/** One operation of the control API: declared like those of the management API, for who may use the control API. */
import { managementError } from './bodies.js';
import { controlAccess } from './control-access.js';
import type { Operation } from './endpoint.js';
import { type Declared, operationOf } from './management/operation.js';

/** How an operation is declared. */
export interface ControlDeclared<Q, B, V>
  extends Omit<Declared<Q, B, V>, 'scope' | 'mergePatch'>,
    Pick<Operation, 'outOfTurn' | 'mediaType'> {
  /** The answer holds secrets, or the request changes something. */
  readonly powerful?: boolean;
  /** Of the process, not of one org: 404 at the others. */
  readonly atMainOnly?: boolean;
}

export function control<V, Q = undefined, B = undefined>(declared: ControlDeclared<Q, B, V>): Operation {
  const { powerful = false, outOfTurn = false, mediaType, atMainOnly = false, ...rest } = declared;
  const { access, admit } = controlAccess(powerful);
  return {
    ...operationOf(rest, {
      access,
      async admit(request) {
        const refused = await admit(request);
        return refused ?? (atMainOnly && request.org !== request.orgs.main ? managementError('E0000007') : undefined);
      },
    }),
    outOfTurn,
    ...(mediaType !== undefined && { mediaType }),
  };
}
