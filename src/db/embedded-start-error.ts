/** A start that cannot go on. The message is printed alone: it says what is wrong and what to do. */
export class EmbeddedStartError extends Error {
  override readonly name = 'EmbeddedStartError'
}
