/** Telegram is set up in a way that cannot work; the message tells the operator what to do. */
export class TelegramSetupError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TelegramSetupError'
  }
}
