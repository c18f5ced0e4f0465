import { isJson, type Json, jsonList, text } from './wire.ts'

export interface Control {
  readonly blockId: string
  readonly element: Json
}

/** Every button, select and input in these blocks. */
export function controlsIn(blocks: Json[]): Control[] {
  return blocks.flatMap((block) => {
    const blockId = text(block.block_id)
    const elements = [...jsonList(block.elements), block.accessory, block.element]
    return elements
      .filter(isJson)
      .filter((element) => typeof element.action_id === 'string')
      .map((element) => ({ blockId, element }))
  })
}

/** The one control with this action id or this text; throws, naming what there is. */
export function findControl(blocks: Json[], actionIdOrText: string): Control {
  const controls = controlsIn(blocks)
  const label = ({ element }: Control) => (isJson(element.text) ? text(element.text.text) : '')
  const found = controls.filter(
    (control) => control.element.action_id === actionIdOrText || label(control) === actionIdOrText,
  )
  const [only] = found
  if (only && found.length === 1) return only
  const there = controls.map((control) => `${control.element.action_id} "${label(control)}"`)
  throw new Error(`${found.length} controls named "${actionIdOrText}" among: ${there.join(', ')}`)
}

/** The option of a select, radio group or overflow menu with this text or value. */
export function findOption(element: Json, textOrValue: string): Json {
  const groups = jsonList(element.option_groups).flatMap((group) => jsonList(group.options))
  const options = [...jsonList(element.options), ...groups]
  const found = options.find(
    (option) =>
      option.value === textOrValue || (isJson(option.text) && option.text.text === textOrValue),
  )
  if (found) return found
  throw new Error(`no option "${textOrValue}" in ${JSON.stringify(options)}`)
}

export type Filled = Record<string, string | readonly string[]>

/** `view.state.values` after a person filled in `filled` (by action id) and left the rest alone. */
export function stateOf(blocks: Json[], filled: Filled): Json {
  const values: Record<string, Json> = {}
  const left = new Set(Object.keys(filled))
  for (const { blockId, element } of controlsIn(blocks)) {
    if (element.type === 'button' || element.type === 'overflow') continue
    const actionId = text(element.action_id)
    left.delete(actionId)
    values[blockId] ??= {}
    values[blockId][actionId] = stateValue(element, filled[actionId])
  }
  if (left.size) throw new Error(`the view has no input named ${[...left].join(', ')}`)
  return values
}

const stateKeys: Record<string, string> = {
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
}

const initialKeys: Record<string, string> = {
  selected_option: 'initial_option',
  selected_options: 'initial_options',
  value: 'initial_value',
  ...Object.fromEntries(
    Object.values(stateKeys).map((key) => [key, key.replace('selected', 'initial')]),
  ),
}

function stateValue(element: Json, answer: string | readonly string[] | undefined): Json {
  const type = text(element.type)
  const list = type.startsWith('multi_') || type === 'checkboxes'
  const byOption = /static_select$|external_select$|^radio_buttons$|^checkboxes$/.test(type)
  const key = byOption
    ? list
      ? 'selected_options'
      : 'selected_option'
    : stateKeys[type] || 'value'
  if (answer === undefined)
    return { type, [key]: element[initialKeys[key] ?? ''] ?? (list ? [] : null) }
  const chosen = [answer].flat().map((one) => (byOption ? findOption(element, one) : one))
  return { type, [key]: list ? chosen : chosen[0] }
}
