import { describe, expect, test } from '@jest/globals';
import { drawError } from '../../src/cli/errors.ts';

const plain = (_: string, text: string) => text;
const systemError = (code: string) => Object.assign(new Error(`${code}: whatever`), { code, syscall: 'mkdir', path: '/p/runs/lock' });

describe('what the system refuses', () => {
  test.each([['EACCES', 'permission denied'], ['EROFS', 'read-only'], ['ENOSPC', 'no space']])('%s is told as such, and not as a bug', (code, words) => {
    const { text, exitCode } = drawError(systemError(code), plain, '/p');
    expect(exitCode).toBe(1);
    expect(text).toMatch(new RegExp(`^error: /p/runs/lock: .*${words}`));
    expect(text).toMatch(/^hint: /m);
    expect(text).not.toContain('bug');
  });

  test('anything else is', () => {
    expect(drawError(systemError('EBADF'), plain, '/p').text).toContain('bug');
  });
});
