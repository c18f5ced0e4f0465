import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Work that the answer does not wait for; closing the app does. A failure is logged. */
    inBackground(request: { readonly log: FastifyBaseLogger }, work: () => Promise<void>): void
  }
}

export function registerBackground(app: FastifyInstance): void {
  const running = new Set<Promise<void>>()
  app.decorate('inBackground', (request, work) => {
    const done = work()
      .catch((error: unknown) => request.log.error({ err: error }, 'background work failed'))
      .finally(() => running.delete(done))
    running.add(done)
  })
  app.addHook('onClose', async () => {
    await Promise.all(running)
  })
}
