import objection from 'objection'

/**
 * Rows in the table's snake_case, properties in camelCase. Models are never bound to a connection:
 * a query without a handle throws instead of running outside the transaction.
 */
export class BaseModel extends objection.Model {
  static override columnNameMappers = objection.snakeCaseMappers()
}
