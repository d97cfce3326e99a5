import { describe, expect, test } from '@jest/globals';
import { drawError } from '../../src/cli/errors.ts';
import { Diagnostic } from '../../src/runner/diagnostic.ts';

const plain = (_: string, text: string) => text;
const systemError = (code: string) =>
  Object.assign(new Error(`${code}: whatever`), { code, syscall: 'mkdir', path: '/p/runs/lock' });

describe('what the system refuses', () => {
  test.each([
    ['EACCES', 'Permission is denied for /p/runs/lock'],
    ['EROFS', 'Read-only is the disk of /p/runs'],
    ['ENOSPC', 'No space is left on the disk of /p/runs'],
  ])('%s is told as such, and not as a bug', (code, words) => {
    const { text, exitCode } = drawError(systemError(code), plain, '/p');
    expect(exitCode).toBe(1);
    expect(text).toMatch(new RegExp(`^error: ${words} \\(${code}\\)$`, 'm'));
    expect(text).toMatch(/^hint: /m);
    expect(text).not.toContain('bug');
  });

  test('anything else is', () => {
    expect(drawError(systemError('EBADF'), plain, '/p').text).toContain('bug');
  });
});

test('what a message quotes cannot command the terminal', () => {
  const error = new Diagnostic('found \x1b[31mred\x9b\x7f\r, expected\n\tblue', { hint: 'leave \x07 out' });
  expect(drawError(error, plain, '/p').text).toBe(
    'error: found \\u001b[31mred\\u009b\\u007f\\u000d, expected\n\tblue\nhint: leave \\u0007 out\n',
  );
});
