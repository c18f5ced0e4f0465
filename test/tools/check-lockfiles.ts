import { readFileSync } from 'node:fs'

/**
 * What lockfile-lint does not see: these lockfiles name no addresses at all (`.npmrc`), so that
 * whoever installs uses their own registry, and every package is known by its checksum alone.
 */
const faults = [
  '../../package-lock.json',
  '../../clients/typescript/package-lock.json',
  'package-lock.json',
].flatMap((name) => {
  const lockfile = JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
  const packages = Object.entries<{ resolved?: string; integrity?: string }>(lockfile.packages)
  return packages
    .filter(([path]) => path !== '')
    .flatMap(([path, { resolved, integrity }]) => [
      ...(resolved === undefined ? [] : [`${name}: ${path} has an address: ${resolved}`]),
      ...(integrity?.startsWith('sha512-') ? [] : [`${name}: ${path} has no sha512 checksum`]),
    ])
})
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length > 0 ? 1 : 0
