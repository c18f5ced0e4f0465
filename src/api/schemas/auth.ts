import { type Static, Type } from 'typebox'
import { Currency, closed, TimeZoneName, text } from './fields.ts'
import { displayName, email, locale, password, UserSchema, username } from './user.ts'

export const RegisterBody = Type.Object(
  {
    username,
    email,
    password: password('8 to 256 characters, any of them.'),
    displayName: Type.Optional(displayName),
    locale: Type.Optional(locale),
    timeZone: Type.Optional(TimeZoneName),
    currency: Type.Optional(Currency),
    inviteToken: Type.Optional(
      text('Of an invite into a group, which is joined, or from an admin.', 'kJ3x0bq0i1vQ2mX9', {
        most: 200,
      }),
    ),
  },
  {
    ...closed,
    title: 'Registration',
    examples: [{ username: 'ann', email: 'ann@example.com', password: 'correct horse battery' }],
  },
)

/** Either name will do; both would raise the question which one counts. */
export const LoginBody = Type.Unsafe<
  ({ username: string } | { email: string }) & { password: string }
>(
  Type.Object(
    {
      username: Type.Optional(username),
      email: Type.Optional(email),
      password: password('The password of the account.'),
    },
    {
      ...closed,
      title: 'Login',
      description: 'Give either `username` or `email`.',
      oneOf: [{ required: ['username'] }, { required: ['email'] }],
      examples: [{ username: 'ann', password: 'correct horse battery' }],
    },
  ),
)

const refreshToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Good for one use; each use answers with the next one.',
  examples: ['kJ3x0bq0i1vQ2mX9o8yQmQ7mW1dG6o1r0m3l4c5b6a7'],
})

export const RefreshBody = Type.Object(
  { refreshToken },
  {
    ...closed,
    title: 'Refresh',
    examples: [{ refreshToken: 'kJ3x0bq0i1vQ2mX9o8yQmQ7mW1dG6o1r0m3l4c5b6a7' }],
  },
)

export const ResetPasswordBody = Type.Object(
  {
    token: text('As the mail or the admin gave it.', 'kJ3x0bq0i1vQ2mX9', { most: 200 }),
    newPassword: password('8 to 256 characters, any of them.'),
  },
  {
    ...closed,
    title: 'ResetPassword',
    examples: [{ token: 'kJ3x0bq0i1vQ2mX9', newPassword: 'correct horse battery' }],
  },
)

export const ForgotPasswordBody = Type.Object(
  { email },
  { ...closed, title: 'ForgotPassword', examples: [{ email: 'ann@example.com' }] },
)

export const VerifyEmailBody = Type.Object(
  { token: text('As the mail gave it.', 'kJ3x0bq0i1vQ2mX9', { most: 200 }) },
  { ...closed, title: 'VerifyEmail', examples: [{ token: 'kJ3x0bq0i1vQ2mX9' }] },
)

export const TokensSchema = Type.Object(
  {
    accessToken: Type.String({ description: 'Send it as `Authorization: Bearer …`.' }),
    refreshToken,
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Seconds until the access token ends.' }),
    user: UserSchema,
  },
  { title: 'Tokens' },
)
export type TokensResource = Static<typeof TokensSchema>
