import type { ApiMethods, Message, Update } from '@grammyjs/types'

/** The Bot API methods this fake answers. Adding a name here needs a handler and a new schema. */
export type MethodName =
  | 'answerCallbackQuery'
  | 'deleteEphemeralMessage'
  | 'deleteMessage'
  | 'deleteMyCommands'
  | 'deleteWebhook'
  | 'editEphemeralMessageText'
  | 'editMessageCaption'
  | 'editMessageReplyMarkup'
  | 'editMessageText'
  | 'getChat'
  | 'getChatAdministrators'
  | 'getChatMember'
  | 'getChatMemberCount'
  | 'getFile'
  | 'getMe'
  | 'getMyCommands'
  | 'getUpdates'
  | 'getWebhookInfo'
  | 'leaveChat'
  | 'sendChatAction'
  | 'sendDocument'
  | 'sendMessage'
  | 'sendPhoto'
  | 'setMessageReaction'
  | 'setMyCommands'
  | 'setWebhook'

/** On the wire a file is a name: a file id, a URL, or `attach://` and the part that carries it. */
type Api = ApiMethods<string>

export type Params<M extends MethodName> =
  Parameters<Api[M]> extends [args?: infer P]
    ? unknown extends P
      ? object
      : NonNullable<P>
    : object

type AsMessage<R> = R extends Message.ServiceMessage ? Message : R
export type Result<M extends MethodName> = AsMessage<ReturnType<Api[M]>>

export type IncomingMessage = NonNullable<Update['message']>
export type IncomingEdit = NonNullable<Update['edited_message']>

/** What travels in either direction: the source of schema.json. */
export interface Wire {
  update: Update
  params: { [M in MethodName]: Params<M> }
  results: { [M in MethodName]: Result<M> }
}

export type NewUpdate = Omit<Update, 'update_id'>
export type UpdateKind = keyof NewUpdate
