import { Type } from 'typebox'

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'Your own name for this request. Repeated with the same body it has one effect and the same answer, marked `Idempotency-Replayed: true`.',
      examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
    }),
  ),
})

/** One strong entity tag, or `*`. */
export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: '^(\\*|"[\\x21\\x23-\\x7e]{0,64}")$',
      description: 'The `ETag` you read: refused with 412 if somebody changed it since.',
      examples: ['*'],
    }),
  ),
})
