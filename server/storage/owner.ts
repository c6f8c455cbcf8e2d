import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Which running process holds an open episode: host, process id, and a token of this very run. */
export function newOwner(): string {
  return `${hostname()} ${process.pid} ${randomUUID()}`;
}

/** True where that process is certainly gone, so that `self` may take over what it held. */
export function isGone(owner: string, self: string): boolean {
  const [host, pid] = owner.split(' ');
  const [ownHost, ownPid] = self.split(' ');
  if (owner === self || host !== ownHost) return false;
  if (pid === ownPid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
