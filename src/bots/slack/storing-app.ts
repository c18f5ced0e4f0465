import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt'

/**
 * Keeps what Slack delivered; throws when it cannot, so that Slack is not told otherwise. False when
 * it has acknowledged already.
 */
export type Take = (event: ReceiverEvent) => Promise<boolean>

/**
 * Bolt acknowledges events before any listener has run, and a crash right after loses them for good.
 * So what Slack delivers is stored before Bolt sees it.
 */
export class StoringApp extends App {
  readonly #take: Take

  constructor(options: AppOptions, take: Take) {
    super(options)
    this.#take = take
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    if (await this.#take(event)) await super.processEvent(event)
  }
}
