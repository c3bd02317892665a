/** Native programs of packages whose install script, which we do not run, would put the right one in place. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `scope` is the folder that the platforms' packages lie in, e.g. `@kilocode/cli` for `@kilocode/cli-linux-x64`. */
export function nativeProgram(packages: string, scope: string, name = scope): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const kinds = ['', '-baseline', '-musl', '-baseline-musl'];
  const paths = kinds.map((kind) =>
    join(packages, 'node_modules', `${scope}-${platform}-${process.arch}${kind}`, 'bin', file),
  );
  return paths.find((path) => existsSync(path)) ?? name;
}
