/** Slack's own time, so that a test can age a trigger or a response_url without waiting. */
export class Clock {
  #offsetMs = 0

  now(): number {
    return Date.now() + this.#offsetMs
  }

  seconds(): number {
    return Math.floor(this.now() / 1000)
  }

  advance(ms: number): void {
    this.#offsetMs += ms
  }
}
