/** The org could not start; the message says why and what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
