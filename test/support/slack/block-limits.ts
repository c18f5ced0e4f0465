import { elementFaults, type Fault, textFaults } from './element-limits.ts'
import { isJson, type Json, jsonList, text } from './wire.ts'

export type Surface = 'message' | 'modal' | 'home'

const blockTypes = new Set(
  (
    'actions alert card carousel container context context_actions data_table data_visualization ' +
    'divider file header image input markdown plan rich_text section table task_card video'
  ).split(' '),
)

/**
 * The limits of Block Kit that Slack enforces with `invalid_blocks`
 * (https://docs.slack.dev/reference/block-kit/blocks). Faults read like Slack's own.
 */
export function blockFaults(blocks: unknown, surface: Surface = 'message'): Fault[] {
  if (!Array.isArray(blocks)) return ['must be an array [json-pointer:/blocks]']
  const most = surface === 'message' ? 50 : 100
  const faults: Fault[] = []
  if (blocks.length > most) faults.push(`no more than ${most} items allowed [json-pointer:/blocks]`)
  const seen = new Set<unknown>()
  blocks.forEach((block: unknown, index) => {
    const at = `/blocks/${index}`
    if (!isJson(block)) {
      faults.push(`must be an object [json-pointer:${at}]`)
      return
    }
    if (block.block_id !== undefined && seen.has(block.block_id)) {
      faults.push(`block_id already exists [json-pointer:${at}/block_id]`)
    }
    seen.add(block.block_id)
    faults.push(...oneBlockFaults(block, at))
  })
  const charts = blocks.filter((block) => isJson(block) && block.type === 'data_visualization')
  if (charts.length > 2)
    faults.push('no more than 2 data_visualization blocks [json-pointer:/blocks]')
  return faults
}

/** Faults of a modal or Home view, its blocks included. */
export function viewFaults(view: Json): Fault[] {
  const type = text(view.type)
  if (type !== 'modal' && type !== 'home')
    return [`unsupported view type: ${type} [json-pointer:/type]`]
  const blocks = jsonList(view.blocks)
  const faults = blockFaults(view.blocks, type)
  if (text(view.private_metadata).length > 3000) faults.push(tooLong(3000, '/private_metadata'))
  if (text(view.callback_id).length > 255) faults.push(tooLong(255, '/callback_id'))
  if (type === 'home') return faults
  faults.push(...textFaults(view.title, 24, '/title', 'plain_text'))
  for (const key of ['submit', 'close']) {
    if (view[key] !== undefined) faults.push(...textFaults(view[key], 24, `/${key}`, 'plain_text'))
  }
  if (view.submit === undefined && blocks.some((block) => block.type === 'input')) {
    faults.push('submit is required with input blocks [json-pointer:/submit]')
  }
  return faults
}

function oneBlockFaults(block: Json, at: string): Fault[] {
  const type = text(block.type)
  if (!blockTypes.has(type)) return [`unsupported type: ${type} [json-pointer:${at}/type]`]
  const faults: Fault[] = []
  if (text(block.block_id).length > 255) faults.push(tooLong(255, `${at}/block_id`))
  switch (type) {
    case 'section':
      faults.push(...sectionFaults(block, at))
      break
    case 'header':
      faults.push(...textFaults(block.text, 150, `${at}/text`, 'plain_text'))
      break
    case 'context':
      faults.push(...countFaults(block.elements, 10, `${at}/elements`))
      jsonList(block.elements).forEach((element, index) => {
        const here = `${at}/elements/${index}`
        if (element.type === 'image') faults.push(...imageFaults(element, here))
        else faults.push(...textFaults(element, 3000, here))
      })
      break
    case 'actions':
      faults.push(...actionsFaults(block, at))
      break
    case 'input':
      faults.push(...textFaults(block.label, 2000, `${at}/label`, 'plain_text'))
      if (block.hint !== undefined) {
        faults.push(...textFaults(block.hint, 2000, `${at}/hint`, 'plain_text'))
      }
      faults.push(...elementFaults(block.element, `${at}/element`))
      break
    case 'image':
      faults.push(...imageFaults(block, at))
      break
    case 'markdown':
      if (text(block.text).length > 12_000) faults.push(tooLong(12_000, `${at}/text`))
      break
    case 'table':
      faults.push(...tableFaults(block, at))
      break
    case 'data_visualization':
      faults.push(...chartFaults(block, at))
      break
  }
  return faults
}

function sectionFaults(block: Json, at: string): Fault[] {
  const faults: Fault[] = []
  if (block.text === undefined && block.fields === undefined) faults.push(missing(`${at}/text`))
  if (block.text !== undefined) faults.push(...textFaults(block.text, 3000, `${at}/text`))
  if (block.fields !== undefined) {
    faults.push(...countFaults(block.fields, 10, `${at}/fields`))
    jsonList(block.fields).forEach((field, index) => {
      faults.push(...textFaults(field, 2000, `${at}/fields/${index}`))
    })
  }
  if (isJson(block.accessory) && block.accessory.type === 'image') {
    faults.push(...imageFaults(block.accessory, `${at}/accessory`))
  } else if (block.accessory !== undefined) {
    faults.push(...elementFaults(block.accessory, `${at}/accessory`))
  }
  return faults
}

function actionsFaults(block: Json, at: string): Fault[] {
  const faults = countFaults(block.elements, 25, `${at}/elements`)
  const seen = new Set<unknown>()
  jsonList(block.elements).forEach((element, index) => {
    const here = `${at}/elements/${index}`
    if (element.action_id !== undefined && seen.has(element.action_id)) {
      faults.push(`action_id already exists [json-pointer:${here}/action_id]`)
    }
    seen.add(element.action_id)
    faults.push(...elementFaults(element, here))
  })
  return faults
}

function imageFaults(image: Json, at: string): Fault[] {
  const faults: Fault[] = []
  if (typeof image.alt_text !== 'string') faults.push(missing(`${at}/alt_text`))
  if (text(image.alt_text).length > 2000) faults.push(tooLong(2000, `${at}/alt_text`))
  if (image.image_url === undefined && image.slack_file === undefined) {
    faults.push(missing(`${at}/image_url`))
  }
  if (text(image.image_url).length > 3000) faults.push(tooLong(3000, `${at}/image_url`))
  return faults
}

function tableFaults(block: Json, at: string): Fault[] {
  const faults = countFaults(block.rows, 100, `${at}/rows`)
  const rows = Array.isArray(block.rows) ? block.rows : []
  rows.forEach((row: unknown, index) => {
    faults.push(...countFaults(row, 20, `${at}/rows/${index}`))
  })
  return faults
}

function chartFaults(block: Json, at: string): Fault[] {
  const faults: Fault[] = []
  if (text(block.title).length > 50) faults.push(tooLong(50, `${at}/title`))
  const chart = isJson(block.chart) ? block.chart : {}
  for (const list of ['segments', 'series']) {
    if (chart[list] !== undefined) {
      faults.push(...countFaults(chart[list], 6, `${at}/chart/${list}`))
    }
  }
  return faults
}

function countFaults(list: unknown, most: number, at: string): Fault[] {
  if (!Array.isArray(list) || list.length === 0) return [missing(at)]
  return list.length > most ? [`no more than ${most} items allowed [json-pointer:${at}]`] : []
}

function missing(at: string): Fault {
  return `missing required field [json-pointer:${at}]`
}

function tooLong(most: number, at: string): Fault {
  return `must be less than ${most + 1} characters [json-pointer:${at}]`
}
