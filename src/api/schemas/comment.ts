import { type Static, Type } from 'typebox'
import { closed, id, instant, text } from './fields.ts'
import { pageOf } from './page.ts'

export const CommentParams = Type.Object({
  id: id('Of the expense.'),
  commentId: id('Of the comment.'),
})

const body = text('What somebody has to say.', 'Was that with the tip?', { most: 2000 })

export const CommentSchema = Type.Object(
  {
    id: id('Of the comment.'),
    expenseId: id('Of the expense it is about.'),
    userId: id('Who wrote it.'),
    body,
    createdAt: instant('When it was written.'),
  },
  { title: 'Comment' },
)
export type CommentResource = Static<typeof CommentSchema>

export const CommentPage = pageOf(CommentSchema, 'CommentPage')

export const CommentBody = Type.Object(
  { body },
  { ...closed, title: 'NewComment', examples: [{ body: 'Was that with the tip?' }] },
)
