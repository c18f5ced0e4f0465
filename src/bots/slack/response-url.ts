import type { SlackContent } from './render.ts'

/** How a response_url shows what it is given. */
export type Showing =
  | { readonly response_type: 'ephemeral' | 'in_channel'; readonly replace_original: false }
  | { readonly replace_original: true }

const timeoutMs = 10_000

/**
 * Answers over the address that Slack gave with a command or a press; it works five times within
 * thirty minutes. False when it works no longer. The address is a secret and must not reach an error.
 */
export async function respond(
  responseUrl: string,
  content: SlackContent,
  showing: Showing,
): Promise<boolean> {
  const response = await fetch(responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ...content, ...showing }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  await response.body?.cancel()
  if (response.ok) return true
  if (response.status === 404 || response.status === 410) return false
  throw new Error(`response_url answered ${response.status}`)
}
