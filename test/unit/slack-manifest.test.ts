import { readFileSync } from 'node:fs'
import type { webApi } from '@slack/bolt'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../src/bots/slack/app.ts'
import { neededScopes } from '../../src/bots/slack/identity.ts'

type Manifest = NonNullable<webApi.AppsManifestValidateArguments['manifest']>

const text = readFileSync(new URL('../../docs/slack-manifest.yaml', import.meta.url), 'utf8')
const manifest: Manifest = parse(text)

/** The scope without which Slack does not send an event of this name. */
const scopeOfEvent: Readonly<Record<string, string | null>> = {
  app_mention: 'app_mentions:read',
  app_uninstalled: null,
  'message.im': 'im:history',
  tokens_revoked: null,
  user_change: 'users:read',
}

describe('the manifest of the Slack app', () => {
  it('keeps within the lengths that Slack allows', () => {
    const { name, description, background_color } = manifest.display_information
    expect(name.length).toBeLessThanOrEqual(35)
    expect(description?.length).toBeLessThanOrEqual(140)
    expect(background_color).toMatch(/^#[0-9a-f]{6}$/)
    expect(manifest.features?.bot_user?.display_name.length).toBeLessThanOrEqual(80)
    for (const { command, description, usage_hint } of manifest.features?.slash_commands ?? []) {
      expect(command).toMatch(/^\/[a-z]{1,31}$/)
      expect(description.length).toBeLessThanOrEqual(2000)
      expect(usage_hint ?? '').not.toMatch(/^\//)
    }
  })

  it('has exactly the commands that the bot answers, with people sent by id', () => {
    const listed = manifest.features?.slash_commands ?? []
    expect(listed.map(({ command }) => command)).toEqual(commands)
    expect(listed.every(({ should_escape }) => should_escape === true)).toBe(true)
  })

  it('asks for the scopes that its events and calls need', () => {
    const scopes = manifest.oauth_config?.scopes?.bot ?? []
    expect(scopes).toEqual(scopes.toSorted())
    expect(scopes).toEqual(expect.arrayContaining([...neededScopes]))
    for (const event of manifest.settings?.event_subscriptions?.bot_events ?? []) {
      const scope = scopeOfEvent[event]
      expect(scope).toBeDefined()
      if (scope) expect(scopes).toContain(scope)
    }
  })

  it('takes presses and direct messages over a socket, and overhears no channel', () => {
    expect(manifest.settings).toMatchObject({
      interactivity: { is_enabled: true },
      socket_mode_enabled: true,
    })
    expect(manifest.features?.app_home).toMatchObject({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    })
    expect(text).not.toContain('channels:history')
  })
})
