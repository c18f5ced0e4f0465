import { channelOf } from './chat-methods.ts'
import type { Methods } from './web-api.ts'
import { type Json, SlackError, text } from './wire.ts'
import type { Channel, Profile, Workspace } from './workspace.ts'

export const directoryMethods: Methods = {
  'auth.test': (_args, { workspace, baseUrl }) => {
    const { app } = workspace
    return {
      url: `${baseUrl}/`,
      team: app.teamDomain,
      user: app.botName,
      team_id: app.teamId,
      user_id: app.botUserId,
      bot_id: app.botId,
      is_enterprise_install: false,
    }
  },

  'users.info': (args, { workspace }) => {
    const id = text(args.user)
    const profile = workspace.people.get(id)
    if (profile)
      return { user: userWire(workspace, profile, String(args.include_locale) === 'true') }
    if (id !== workspace.app.botUserId) throw new SlackError('user_not_found')
    const { botName } = workspace.app
    return { user: { id, name: botName, real_name: botName, is_bot: true, deleted: false } }
  },

  'conversations.info': (args, { workspace }) => {
    const channel = channelOf(workspace, args)
    const counted = String(args.include_num_members) === 'true'
    const count = counted ? { num_members: channel.members.length } : {}
    return { channel: { ...channelWire(workspace, channel), ...count } }
  },

  'conversations.members': (args, { workspace }) => {
    const channel = channelOf(workspace, args)
    const limit = Number(args.limit ?? 100)
    const start = Number(text(args.cursor) || 0)
    const more = start + limit < channel.members.length
    return {
      members: channel.members.slice(start, start + limit),
      response_metadata: { next_cursor: more ? String(start + limit) : '' },
    }
  },

  'conversations.open': (args, { workspace }) => {
    const users = text(args.users).split(',').filter(Boolean)
    if (users.length === 0) throw new SlackError('users_list_not_supplied')
    if (users.length > 1) throw new SlackError('not_enough_users')
    const [user = ''] = users
    if (!workspace.people.has(user)) throw new SlackError('user_not_found')
    return { channel: { id: workspace.dm(user).id } }
  },
}

function userWire(workspace: Workspace, profile: Profile, withLocale: boolean): Json {
  const tz = profile.tz ?? 'Europe/London'
  const realName = profile.realName ?? profile.name
  return {
    id: profile.id,
    team_id: workspace.app.teamId,
    name: profile.name,
    deleted: false,
    real_name: realName,
    tz,
    tz_label: tz,
    tz_offset: offsetSeconds(tz, workspace.clock.now()),
    profile: {
      real_name: realName,
      // Slack gives an empty one to people who never chose a display name.
      display_name: profile.displayName ?? '',
      ...(profile.email ? { email: profile.email } : {}),
    },
    is_bot: false,
    is_app_user: false,
    ...(withLocale ? { locale: profile.locale ?? 'en-US' } : {}),
  }
}

function channelWire(workspace: Workspace, channel: Channel): Json {
  const common = { id: channel.id, is_archived: channel.archived }
  if (channel.kind === 'im') return { ...common, is_im: true, user: channel.name }
  return {
    ...common,
    name: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'group',
    is_member: channel.members.includes(workspace.app.botUserId),
    context_team_id: workspace.app.teamId,
  }
}

function offsetSeconds(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(parts?.value ?? '') ?? []
  if (!sign) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}
