/** The menu that a chat app shows for our commands, in English. */
export const commandMenu = [
  { command: 'spent', description: 'Record what you spent: /spent 12 lunch' },
  { command: 'split', description: 'Share what you paid: /split 90 dinner @ann @bob' },
  { command: 'balance', description: 'Who owes whom' },
  { command: 'undo', description: 'Take back your last entry' },
  { command: 'help', description: 'How this works' },
] as const
