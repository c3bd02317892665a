/** Which journal a database may have where it lies: WAL shares memory between processes, which no network file has. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Magic numbers of `statfs(2)`, as Linux names them. */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9P: /mnt/c under WSL, shared folders of virtual machines
  0x65735546, // FUSE: sshfs and the like
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x786f4256, // VirtualBox shared folders
]);

export type JournalMode = 'wal' | 'delete';

/** For the folder of the database; a test hands its type in. */
export function journalModeFor(path: string, typeOf: (folder: string) => number = fileSystemType): JournalMode {
  // The kernel's number is signed on some machines.
  return networkTypes.has(typeOf(dirname(path)) >>> 0) ? 'delete' : 'wal';
}

/** 0 where the system does not say: then it is taken for an ordinary disk. */
function fileSystemType(folder: string): number {
  try {
    return statfsSync(folder).type;
  } catch {
    return 0;
  }
}
