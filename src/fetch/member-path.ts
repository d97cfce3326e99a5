import { MAX_NAME_BYTES, MAX_PATH_BYTES } from './limits.ts';

/** A member's path below the target folder, or what is wrong with its name. */
export type MemberPath = { path: string } | { problem: string };

/**
 * Checks a name from an archive, which anybody may have written, and gives the relative path to write it to:
 * parts joined by `/`, none of them empty, `.` or `..`. A harmless `./` in front, as tar writes it, and
 * doubled or closing slashes go.
 */
export function memberPath(name: string): MemberPath {
  if (/[\u0000-\u001f\u007f]/.test(name)) return { problem: 'its name holds a control character' };
  if (name.includes('\\'))
    return { problem: 'its name holds a backslash, which is a folder separator on some systems' };
  if (name.startsWith('/')) return { problem: 'its name is an absolute path' };
  if (name.includes('\ufffd')) return { problem: 'its name is not valid UTF-8' };

  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) return { problem: 'its name is empty' };
  if (parts.includes('..')) return { problem: 'its name leads out of the folder (`..`)' };
  // Only after `./` is gone: `./C:/x` is as absolute to Windows as `C:/x`.
  if (/^[a-z]:/i.test(parts[0])) return { problem: 'its name begins with a drive letter' };
  if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) {
    return { problem: `a part of its name is longer than ${MAX_NAME_BYTES} bytes` };
  }

  const path = parts.join('/');
  return Buffer.byteLength(path) > MAX_PATH_BYTES
    ? { problem: `its name is longer than ${MAX_PATH_BYTES} bytes` }
    : { path };
}

/** Whether a file or a folder around it is hidden (`._train.de`, `.DS_Store`): leavings of other programs, not data. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}
