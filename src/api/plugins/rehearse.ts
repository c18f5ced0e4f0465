import type { Transaction, UnitOfWork } from '../../domain/ports.ts'

/** What makes the transaction of a rehearsal end without effect. */
class Rehearsed<Result> extends Error {
  readonly result: Result

  constructor(result: Result) {
    super('this was a rehearsal')
    this.result = result
  }
}

/** What the work would give: it is done in full, refusals included, and then taken back. */
export async function rehearse<Result>(
  unitOfWork: UnitOfWork,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await unitOfWork.run(async (tx) => {
      throw new Rehearsed(await work(tx))
    })
  } catch (error) {
    if (error instanceof Rehearsed) return error.result as Result
    throw error
  }
}
