import type { CurrencyCode } from './domain/money/currencies.ts'
import { isCurrency } from './domain/money/currencies.ts'
import { parseTimeZone, type TimeZone } from './domain/time/zone.ts'

export const roles = ['api', 'bots', 'worker'] as const
export type Role = (typeof roles)[number]

export type Config = {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  readonly poolSize: number
  readonly roles: ReadonlySet<Role>
  readonly publicUrl: string | null
  /** Addresses of proxies whose forwarded headers count. */
  readonly trustProxy: readonly string[]
  readonly registration: 'open' | 'invite' | 'closed'
  readonly firstUserAdmin: boolean
  /** Of one person, or of one address that is not signed in; 0: no limit. */
  readonly requestsPerMinute: number
  /** Of pages elsewhere whose scripts may call the API. */
  readonly corsOrigins: readonly string[]
  /** Log-ins and the like, per account and per address; 0: without a limit. */
  readonly loginLimitPerMinute: number
  readonly defaultCurrency: CurrencyCode
  readonly defaultTimeZone: TimeZone
  /** A server of Frankfurter's API, or a table in a file; null: only typed rates count. */
  readonly ratesUrl: string | null
  /** Null: no mail is sent. */
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null
  /** Null: made once and kept in `dataDir`. */
  readonly jwtSecret: string | null
  readonly jwtSecretPrevious: string | null
  readonly telegram: {
    readonly token: string
    readonly mode: 'polling' | 'webhook'
    readonly webhookSecret: string | null
    readonly apiRoot: string | null
  } | null
  readonly slack: {
    readonly botToken: string
    readonly signingSecret: string | null
    readonly appToken: string | null
    readonly apiUrl: string | null
  } | null
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/** Where the data is: all that commands on the database need, which run without any secret. */
export type StorageConfig = Pick<Config, 'dataDir' | 'databaseUrl'>

type Environment = Readonly<Record<string, string | undefined>>

/** A start with a malformed setting stops, and names every fault at once. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`These settings need attention:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/** Reads the environment, the only place that does. Throws ConfigError. */
export function readConfig(env: Environment = process.env): Config {
  const read = reader(env)
  const config: Config = {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', { least: 0, most: 65535 }) ?? 3000,
    ...readStorage(read),
    poolSize: read.integer('DB_POOL', { least: 2, most: 200 }) ?? 10,
    roles: new Set(read.list('ROLES', roles) ?? roles),
    publicUrl: read.url('PUBLIC_URL', ['https:', 'http:'])?.replace(/\/+$/, '') ?? null,
    trustProxy:
      read
        .text('TRUST_PROXY')
        ?.split(',')
        .map((address) => address.trim()) ?? [],
    registration: read.choice('REGISTRATION', ['open', 'invite', 'closed']) ?? 'open',
    firstUserAdmin: read.flag('FIRST_USER_ADMIN'),
    requestsPerMinute: read.integer('RATE_LIMIT_PER_MINUTE', { least: 0, most: 1_000_000 }) ?? 600,
    corsOrigins: read.parsed('CORS_ORIGINS', requireOrigins) ?? [],
    loginLimitPerMinute: read.integer('LOGIN_LIMIT_PER_MINUTE', { least: 0, most: 100_000 }) ?? 10,
    defaultCurrency: read.parsed('DEFAULT_CURRENCY', requireCurrency) ?? ('EUR' as CurrencyCode),
    defaultTimeZone:
      read.parsed('DEFAULT_TIMEZONE', (text) => parseTimeZone(text)) ?? ownTimeZone(),
    ratesUrl: read.url('RATES_URL', ['https:', 'http:', 'file:']),
    mail: readMail(read),
    jwtSecret: read.parsed('JWT_SECRET', requireSecret),
    jwtSecretPrevious: read.parsed('JWT_SECRET_PREVIOUS', requireSecret),
    telegram: readTelegram(read),
    slack: readSlack(read),
    logLevel:
      read.choice('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']) ??
      'info',
  }
  checkTogether(config, read.faults)
  if (read.faults.length > 0) throw new ConfigError(read.faults)
  return config
}

/** Reads no more than that. Throws ConfigError. */
export function readStorageConfig(env: Environment = process.env): StorageConfig {
  const read = reader(env)
  const config = readStorage(read)
  if (read.faults.length > 0) throw new ConfigError(read.faults)
  return config
}

function readStorage(read: Reader): StorageConfig {
  return {
    dataDir: read.text('DATA_DIR') ?? 'data',
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function checkTogether(config: Config, faults: string[]): void {
  if (!config.jwtSecret && (config.databaseUrl || !isLoopback(config.host))) {
    const reason = config.databaseUrl
      ? 'with DATABASE_URL'
      : `with HOST=${config.host}, which others can reach`
    faults.push(`JWT_SECRET must be given ${reason}. "npm run secrets" prints a fresh one.`)
  }
  if (config.telegram?.mode === 'webhook' && !config.publicUrl) {
    faults.push(
      'PUBLIC_URL must be given with TELEGRAM_MODE=webhook: Telegram has to reach this server. Or use polling.',
    )
  }
}

function readMail(read: Reader): Config['mail'] {
  const smtpUrl = read.url('SMTP_URL', ['smtp:', 'smtps:'])
  const from = read.parsed('MAIL_FROM', requireMailAddress)
  if (smtpUrl === null && from === null) return null
  if (smtpUrl !== null && from !== null) return { smtpUrl, from }
  if (read.text('SMTP_URL') === null) read.faults.push('SMTP_URL must be given with MAIL_FROM.')
  if (read.text('MAIL_FROM') === null) read.faults.push('MAIL_FROM must be given with SMTP_URL.')
  return null
}

function requireMailAddress(text: string): string {
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)*$/.test(text)) return text
  throw new Error('is an address such as quits@example.org')
}

function readTelegram(read: Reader): Config['telegram'] {
  const token = read.parsed('TELEGRAM_BOT_TOKEN', requireTelegramToken)
  const mode = read.choice('TELEGRAM_MODE', ['polling', 'webhook']) ?? 'polling'
  const webhookSecret = read.parsed('TELEGRAM_WEBHOOK_SECRET', requireWebhookSecret)
  const apiRoot = read.url('TELEGRAM_API_ROOT', ['https:', 'http:'])
  return token === null ? null : { token, mode, webhookSecret, apiRoot }
}

function readSlack(read: Reader): Config['slack'] {
  const botToken = read.parsed('SLACK_BOT_TOKEN', startingWith('xoxb-'))
  const signingSecret = read.text('SLACK_SIGNING_SECRET')
  const appToken = read.parsed('SLACK_APP_TOKEN', startingWith('xapp-'))
  const apiUrl = read.url('SLACK_API_URL', ['https:', 'http:'])
  if (botToken === null) {
    if (signingSecret || appToken)
      read.faults.push('SLACK_BOT_TOKEN must be given with the other Slack settings.')
    return null
  }
  if (!signingSecret && !appToken) {
    read.faults.push(
      'SLACK_APP_TOKEN (socket mode) or SLACK_SIGNING_SECRET (HTTP) must be given with SLACK_BOT_TOKEN.',
    )
  }
  return { botToken, signingSecret, appToken, apiUrl }
}

function requireCurrency(text: string): CurrencyCode {
  const code = text.toUpperCase()
  if (!isCurrency(code)) throw new Error('is not an ISO 4217 currency code such as EUR')
  return code
}

function requireOrigins(text: string): readonly string[] {
  const origins = text.split(',').map((origin) => origin.trim())
  const isOrigin = (origin: string) =>
    /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin
  if (!origins.every(isOrigin))
    throw new Error('has origins such as https://app.example.org, with commas between')
  return origins
}

function requireSecret(text: string): string {
  if (Buffer.byteLength(text) < 32)
    throw new Error('must have at least 32 bytes. "npm run secrets" prints a fresh one')
  if (/change.?me|example|^(.)\1*$/i.test(text))
    throw new Error('is a sample value. "npm run secrets" prints a fresh one')
  return text
}

function requireTelegramToken(text: string): string {
  if (!/^\d+:[\w-]{5,}$/.test(text))
    throw new Error('does not look like 123456:ABC…, as BotFather gives it')
  return text
}

function requireWebhookSecret(text: string): string {
  if (!/^[\w-]{1,256}$/.test(text))
    throw new Error('may have letters, digits, _ and - only, at most 256')
  return text
}

const startingWith =
  (prefix: string) =>
  (text: string): string => {
    if (!text.startsWith(prefix)) throw new Error(`begins with ${prefix}`)
    return text
  }

function ownTimeZone(): TimeZone {
  return parseTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC')
}

type Reader = ReturnType<typeof reader>

/** Typed readers over the environment that collect faults; an empty variable counts as unset. */
function reader(env: Environment) {
  const faults: string[] = []
  const text = (name: string): string | null => env[name]?.trim() || null
  const parsed = <Value>(name: string, parse: (text: string) => Value): Value | null => {
    const value = text(name)
    if (value === null) return null
    try {
      return parse(value)
    } catch (error) {
      const detail = (error as { detail?: string }).detail
      faults.push(detail ? `${name}: ${detail}` : `${name} ${(error as Error).message}.`)
      return null
    }
  }
  return {
    faults,
    text,
    parsed,
    flag: (name: string): boolean => text(name) === '1' || text(name)?.toLowerCase() === 'true',
    integer: (name: string, range: { least: number; most: number }) =>
      parsed(name, (value) => {
        const number = Number(value)
        if (/^\d+$/.test(value) && number >= range.least && number <= range.most) return number
        throw new Error(`is a whole number from ${range.least} to ${range.most}`)
      }),
    choice: <Choice extends string>(name: string, choices: readonly Choice[]) =>
      parsed(name, (value) => oneOf(value, choices)),
    list: <Choice extends string>(name: string, choices: readonly Choice[]) =>
      parsed(name, (value) => value.split(',').map((item) => oneOf(item.trim(), choices))),
    url: (name: string, protocols: readonly string[]) =>
      parsed(name, (value) => {
        const url = URL.canParse(value) ? new URL(value) : null
        if (url && protocols.includes(url.protocol)) return value
        throw new Error(
          `is an address beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
        )
      }),
  }
}

function oneOf<Choice extends string>(value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value)
  if (!choice) throw new Error(`is one of ${choices.join(', ')}`)
  return choice
}
