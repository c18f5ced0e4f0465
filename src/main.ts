import { enableCompileCache } from 'node:module'

enableCompileCache()
// Imported after the cache is on, so that what it imports is cached too.
const { run } = await import('./run.ts')
await run()
