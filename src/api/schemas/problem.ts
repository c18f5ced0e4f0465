import { Type } from 'typebox'

export const Fault = Type.Object(
  {
    pointer: Type.String({
      description: 'JSON pointer into the body (RFC 6901), or the name of a parameter or header.',
      examples: ['/amount'],
    }),
    detail: Type.String({
      description: 'What is wrong and what to do.',
      examples: ['USD has 2 decimals, this amount has 3.'],
    }),
  },
  { title: 'Fault' },
)

export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'Names the problem; stable.',
      examples: ['/problems/too-many-decimals'],
    }),
    title: Type.String({ examples: ['Unprocessable Content'] }),
    status: Type.Integer({ examples: [422] }),
    detail: Type.String({ examples: ['USD has 2 decimals, this amount has 3.'] }),
    instance: Type.String({ description: 'The path asked for.', examples: ['/api/v1/expenses'] }),
    code: Type.String({
      description: 'The last part of `type`, for programs.',
      examples: ['too-many-decimals'],
    }),
    requestId: Type.String({ description: 'Also in the logs; name it when you ask for help.' }),
    errors: Type.Optional(Type.Array(Fault, { description: 'One entry per fault.' })),
  },
  {
    title: 'Problem',
    description: 'Why a request was refused (RFC 9457). Some problems have further members.',
    additionalProperties: true,
  },
)

const meanings = {
  400: 'The request is malformed: its shape, an unknown field, a broken parameter.',
  401: 'Nobody is signed in, or the credentials are wrong.',
  403: 'Your role, or the scope of your token, does not allow this.',
  404: 'There is no such thing, or you may not know of it.',
  409: 'It contradicts how things are now.',
  412: 'Somebody changed it since you read it.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'Well formed, but it means something impossible.',
  429: 'Too much at once; Retry-After says when to try again.',
  '5xx': 'Not your fault. 503 says when to try again.',
} as const

const content = { 'application/problem+json': { schema: Problem } }

/** The refusals an operation can give; any can fail on our side. */
export function problems(...statuses: readonly (keyof typeof meanings)[]) {
  return Object.fromEntries(
    [...statuses, '5xx' as const].map((status) => [
      status,
      { description: meanings[status], content },
    ]),
  )
}

/** Of every operation with a body. */
export const bodyProblems = [400, 413, 415, 422] as const
