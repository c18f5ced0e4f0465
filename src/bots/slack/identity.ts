import type { webApi } from '@slack/bolt'
import { pauseAfter } from './backoff.ts'
import { type Log, problemOf } from './log.ts'

/** Who we are in the workspace that the bot token belongs to. */
export type BotIdentity = {
  readonly botId: string
  readonly botUserId: string
  readonly teamId: string
  /** The enterprise when the app is installed for all its workspaces, else the workspace. */
  readonly tenant: string
}

/** What we cannot do without, as in the manifest. */
export const neededScopes = [
  'app_mentions:read',
  'chat:write',
  'commands',
  'im:history',
  'users:read',
]

/** Asks until Slack answers; null when stopped before. Each new problem is told once. */
export async function learnIdentity(
  client: webApi.WebClient,
  log: Log,
  stopped: AbortSignal,
): Promise<BotIdentity | null> {
  let told = ''
  for (let failures = 1; !stopped.aborted; failures += 1) {
    try {
      const answer = await client.auth.test()
      warnOfMissingScopes(answer, log)
      return identityFrom(answer)
    } catch (error) {
      const problem = problemOf(error)
      if (problem !== told) log.warn({ problem }, 'slack did not accept us, trying again')
      told = problem
      await pauseAfter(failures, stopped)
    }
  }
  return null
}

function identityFrom(answer: webApi.AuthTestResponse): BotIdentity {
  const { bot_id: botId, user_id: botUserId, team_id: teamId, enterprise_id: enterpriseId } = answer
  if (!botId || !botUserId || !teamId) throw new Error('SLACK_BOT_TOKEN is not a bot token')
  const isOrganisation = answer.is_enterprise_install === true && enterpriseId !== undefined
  return { botId, botUserId, teamId, tenant: isOrganisation ? enterpriseId : teamId }
}

function warnOfMissingScopes(answer: webApi.AuthTestResponse, log: Log): void {
  const granted = answer.response_metadata?.scopes
  if (!granted) return
  const missing = neededScopes.filter((scope) => !granted.includes(scope))
  if (missing.length > 0) log.warn({ missing }, 'slack app lacks scopes, install it again')
}
