import {
  answerCallbackQuery,
  getChat,
  getChatAdministrators,
  getChatMember,
  getChatMemberCount,
  leaveChat,
  sendChatAction,
  setMessageReaction,
} from './chat-methods.ts'
import { deleteMyCommands, getMyCommands, setMyCommands } from './command-methods.ts'
import {
  deleteEphemeralMessage,
  deleteMessage,
  editEphemeralMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
} from './edit-methods.ts'
import { badRequest } from './refusal.ts'
import type { Upload } from './request-body.ts'
import { sendDocument, sendMessage, sendPhoto } from './send-methods.ts'
import type { UpdateFeed } from './update-feed.ts'
import type { MethodName, Params, Result } from './wire.ts'
import type { World } from './world.ts'

const LARGEST_DOWNLOAD_BYTES = 20_000_000

export interface CallContext {
  readonly uploads: ReadonlyMap<string, Upload>
  /** Aborted when the bot hangs up. */
  readonly signal: AbortSignal
}

export type Methods = {
  [M in MethodName]: (params: Params<M>, context: CallContext) => Result<M> | Promise<Result<M>>
}

export function methodsOf(world: World, feed: UpdateFeed): Methods {
  return {
    answerCallbackQuery: (params) => answerCallbackQuery(world, params),
    deleteEphemeralMessage: (params) => deleteEphemeralMessage(world, params),
    deleteMessage: (params) => deleteMessage(world, params),
    deleteMyCommands: (params) => deleteMyCommands(world, params),
    deleteWebhook: (params) => {
      feed.deleteWebhook()
      if (params.drop_pending_updates) feed.forgetPending()
      return true
    },
    editEphemeralMessageText: (params) => editEphemeralMessageText(world, params),
    editMessageCaption: (params) => editMessageCaption(world, params),
    editMessageReplyMarkup: (params) => editMessageReplyMarkup(world, params),
    editMessageText: (params) => editMessageText(world, params),
    getChat: (params) => getChat(world, params),
    getChatAdministrators: (params) => getChatAdministrators(world, params),
    getChatMember: (params) => getChatMember(world, params),
    getChatMemberCount: (params) => getChatMemberCount(world, params),
    getFile: (params) => getFile(world, params),
    getMe: () => world.bot,
    getMyCommands: (params) => getMyCommands(world, params),
    getUpdates: (params, { signal }) => feed.getUpdates(params, signal),
    getWebhookInfo: () => feed.webhookInfo(),
    leaveChat: (params) => leaveChat(world, params),
    sendChatAction: (params) => sendChatAction(world, params),
    sendDocument: (params, { uploads }) => sendDocument(world, params, uploads),
    sendMessage: (params) => sendMessage(world, params),
    sendPhoto: (params, { uploads }) => sendPhoto(world, params, uploads),
    setMessageReaction: (params) => setMessageReaction(world, params),
    setMyCommands: (params) => setMyCommands(world, params),
    setWebhook: (params) => setWebhook(feed, params),
  }
}

function getFile(world: World, params: Params<'getFile'>): Result<'getFile'> {
  const file = world.files.get(params.file_id)
  if (!file) throw badRequest('invalid file_id')
  if (file.bytes.length > LARGEST_DOWNLOAD_BYTES) throw badRequest('file is too big')
  const { id, path, bytes } = file
  return { file_id: id, file_unique_id: path, file_size: bytes.length, file_path: path }
}

/** Plain http is let through, since tests listen on the loopback address. */
function setWebhook(feed: UpdateFeed, params: Params<'setWebhook'>): true {
  const secretToken = params.secret_token
  if (secretToken !== undefined && !/^[\w-]{1,256}$/.test(secretToken)) {
    throw badRequest('secret token contains unallowed characters')
  }
  if (params.drop_pending_updates) feed.forgetPending()
  if (params.url === '') feed.deleteWebhook()
  else {
    const maxConnections = params.max_connections ?? 40
    feed.setWebhook({ url: params.url, secretToken, maxConnections }, params.allowed_updates)
  }
  return true
}
