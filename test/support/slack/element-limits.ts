import { isJson, type Json, jsonList, text } from './wire.ts'

/** What is wrong, with a JSON pointer to where, worded like Slack's `response_metadata`. */
export type Fault = string

/** Faults of a text object: `plain_text` only, or mrkdwn as well. */
export function textFaults(value: unknown, most: number, at: string, only?: 'plain_text'): Fault[] {
  if (!isJson(value)) return [`must be a text object [json-pointer:${at}]`]
  const types = only ? [only] : ['plain_text', 'mrkdwn']
  if (!types.includes(text(value.type))) {
    return [`unsupported type: ${text(value.type)} [json-pointer:${at}/type]`]
  }
  if (typeof value.text !== 'string' || value.text.length === 0) {
    return [`must be more than 0 characters [json-pointer:${at}/text]`]
  }
  return lengthFaults(value.text, most, `${at}/text`)
}

/** Faults of a button, select, input or other interactive element. */
export function elementFaults(element: unknown, at: string): Fault[] {
  if (!isJson(element)) return [`must be an object [json-pointer:${at}]`]
  const type = text(element.type)
  const faults = lengthFaults(element.action_id, 255, `${at}/action_id`)
  if (type === 'button') faults.push(...buttonFaults(element, at))
  if (element.placeholder !== undefined) {
    faults.push(...textFaults(element.placeholder, 150, `${at}/placeholder`, 'plain_text'))
  }
  if (element.confirm !== undefined) faults.push(...confirmFaults(element.confirm, `${at}/confirm`))
  if (element.options !== undefined) faults.push(...optionFaults(element, at))
  jsonList(element.option_groups).forEach((group, index) => {
    const here = `${at}/option_groups/${index}`
    faults.push(...textFaults(group.label, 75, `${here}/label`, 'plain_text'))
    faults.push(...optionFaults(group, here))
  })
  if (type === 'static_select' && !element.options && !element.option_groups) {
    faults.push(`missing required field [json-pointer:${at}/options]`)
  }
  return faults
}

function buttonFaults(button: Json, at: string): Fault[] {
  const faults = textFaults(button.text, 75, `${at}/text`, 'plain_text')
  faults.push(...lengthFaults(button.value, 2000, `${at}/value`))
  faults.push(...lengthFaults(button.url, 3000, `${at}/url`))
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger') {
    faults.push(`must be a valid enum value [json-pointer:${at}/style]`)
  }
  return faults
}

function confirmFaults(confirm: unknown, at: string): Fault[] {
  if (!isJson(confirm)) return [`must be an object [json-pointer:${at}]`]
  return [
    ...textFaults(confirm.title, 100, `${at}/title`, 'plain_text'),
    ...textFaults(confirm.text, 300, `${at}/text`),
    ...textFaults(confirm.confirm, 30, `${at}/confirm`, 'plain_text'),
    ...textFaults(confirm.deny, 30, `${at}/deny`, 'plain_text'),
  ]
}

const mostOptions: Record<string, number> = { overflow: 5, radio_buttons: 10, checkboxes: 10 }

function optionFaults(element: Json, at: string): Fault[] {
  const options = jsonList(element.options)
  const most = mostOptions[text(element.type)] ?? 100
  const faults: Fault[] = []
  if (options.length === 0) faults.push(`missing required field [json-pointer:${at}/options]`)
  if (options.length > most) {
    faults.push(`no more than ${most} items allowed [json-pointer:${at}/options]`)
  }
  options.forEach((option, index) => {
    const here = `${at}/options/${index}`
    faults.push(...textFaults(option.text, 75, `${here}/text`))
    faults.push(...lengthFaults(option.value, 150, `${here}/value`))
  })
  return faults
}

function lengthFaults(value: unknown, most: number, at: string): Fault[] {
  if (value === undefined || (typeof value === 'string' && value.length <= most)) return []
  return [`must be less than ${most + 1} characters [json-pointer:${at}]`]
}
