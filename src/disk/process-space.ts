import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

let known: string | undefined;

/**
 * Where a process id means what it means here, as 12 hexadecimal digits: this start of the machine, and in it this PID
 * namespace, since two containers may have one host name. Outside of Linux, the host by its name.
 */
export function processSpace(): string {
  known ??= createHash('sha256').update(identify()).digest('hex').slice(0, 12);
  return known;
}

function identify(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}

/** Whether `/proc` numbers processes as this process sees them; not so in a namespace that has not mounted its own. */
export function isProcOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return false;
  }
}
