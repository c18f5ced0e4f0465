import { spawn, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'

// In order of preference: as root; as oneself, with the right to bring loopback up kept across
// exec; as a pretended root, which PostgreSQL refuses to run under.
const ways = [['-n'], ['--map-current-user', '--keep-caps', '-n'], ['-rn']]

// A new network has its loopback down. Debian's perl-base is always there; the others may not be.
const loopbackUp = `ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || perl -e '
  use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0) or die; my $r = pack("a16 s x22", "lo", 0);
  ioctl($s, 0x8913, $r) or die; my ($name, $flags) = unpack("a16 s", $r);
  $r = pack("a16 s x22", "lo", $flags | 1); ioctl($s, 0x8914, $r) or die;'`

/** Whether this process sees no network but its own loopback. */
export function inOwnNetwork(): boolean {
  return Object.keys(networkInterfaces()).join() === 'lo'
}

/** The command, wrapped to run in a network of its own; undefined where the system forbids that. */
export function ownNetworkCommand(command: readonly string[]): string[] | undefined {
  const script = `{ ${loopbackUp}; } && exec "$@"`
  for (const flags of ways) {
    const wrap = (inner: readonly string[]) => [...flags, 'sh', '-c', script, 'sh', ...inner]
    const trial = spawnSync('unshare', wrap(['true']))
    if (trial.status === 0) return ['unshare', ...wrap(command)]
  }
  return undefined
}

/**
 * Runs `vitest run` with these arguments in a network of its own and resolves with its exit code.
 * Where the system forbids that it says so and runs vitest plainly: the tests that need it skip.
 */
export function runVitestInOwnNetwork(args: readonly string[]): Promise<number> {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
  const plain = [process.execPath, vitest, 'run', ...args]
  const wrapped = ownNetworkCommand(plain)
  if (!wrapped) process.stderr.write('unshare is missing or forbidden: no network of our own\n')
  const [file = '', ...rest] = wrapped ?? plain
  const child = spawn(file, rest, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

if (import.meta.main) process.exitCode = await runVitestInOwnNetwork(process.argv.slice(2))
