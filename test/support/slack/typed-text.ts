import type { Workspace } from './workspace.ts'

/**
 * Text as Slack passes it on: `&`, `<` and `>` escaped, `@name` and `#channel` of this workspace
 * as references. Slash commands carry the name beside a person's id, events do not.
 */
export function typedText(workspace: Workspace, text: string, as: 'command' | 'event'): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.replace(/([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}])/gu, (whole, sign, name) => {
    const wanted = String(name).toLowerCase()
    if (sign === '#') {
      const channel = [...workspace.channels.values()].find((known) => known.name === wanted)
      return channel ? `<#${channel.id}|${channel.name}>` : whole
    }
    const { app, people } = workspace
    const known = [...people.values(), { id: app.botUserId, name: app.botName }]
    const person = known.find((candidate) => candidate.name.toLowerCase() === wanted)
    if (!person) return whole
    return as === 'command' ? `<@${person.id}|${person.name}>` : `<@${person.id}>`
  })
}
