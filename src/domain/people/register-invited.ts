import { spendAccountToken } from '../accounts/account-token.ts'
import { type Registration, type RegistrationPolicy, register } from '../accounts/register.ts'
import type { User } from '../accounts/user.ts'
import type { Transaction } from '../ports.ts'
import { acceptInvite } from './claim-guest.ts'

/** Registers somebody who was invited by an admin of the installation, or into a group, which they join. */
export async function registerInvited(
  tx: Transaction,
  policy: RegistrationPolicy,
  input: Registration,
  inviteToken: string,
): Promise<User> {
  const isInstanceInvite = (await spendAccountToken(tx, 'register', inviteToken)) !== null
  const user = await register(tx, policy, input, { isInvited: true })
  if (!isInstanceInvite) {
    await acceptInvite(tx, { userId: user.id, role: user.role, source: 'api' }, inviteToken)
  }
  return user
}
