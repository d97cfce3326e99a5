import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { download } from '../../src/fetch/download/download.ts';
import type { DownloadOptions } from '../../src/fetch/download/download.ts';
import { fileHandler, serve, statusHandler } from './server.ts';
import { noise, sha256, temporaryFile, temporaryFolder } from './support.ts';

const CONTENT = noise(300_000);
const EXPECTED = { sha256: sha256(CONTENT) };

async function optionsFor(urls: string[], more: Partial<DownloadOptions> = {}): Promise<DownloadOptions> {
  return {
    urls,
    expected: EXPECTED,
    folder: await temporaryFolder(),
    maxBytes: 1 << 20,
    patience: { idleMs: 10_000, pauseMs: 1, tries: 3 },
    onProgress: () => undefined,
    onLog: () => undefined,
    ...more,
  };
}

/** Downloads, and holds the file to what it should be. */
async function expectDownload(options: DownloadOptions): Promise<void> {
  const { path, digest } = await download(options);
  expect(digest).toEqual({ bytes: CONTENT.length, sha256: EXPECTED.sha256 });
  expect((await readFile(path)).equals(CONTENT)).toBe(true);
}

describe('mirrors', () => {
  test('the first that has the right file wins, whatever is wrong with those before', async () => {
    const missing = await serve(statusHandler(404));
    const wrong = await serve(fileHandler([noise(200_000)]));
    const right = await serve(fileHandler([CONTENT]));
    const unused = await serve(fileHandler([CONTENT]));
    const log: string[] = [];
    const urls = ['http://127.0.0.1:1/x', ...[missing, wrong, right, unused].map(({ url }) => url)];
    const options = await optionsFor(urls, { onLog: (line) => log.push(line) });
    await expectDownload(options);
    expect([missing, wrong, right, unused].map(({ requests }) => requests.length)).toEqual([1, 1, 1, 0]);
    expect(log.join('\n')).toMatch(/ECONNREFUSED[^]*HTTP 404 Not Found[^]*has the SHA-256[^]*as expected/);
  });

  test('when none answers, the error names all of them, the checksum, the size and the way around', async () => {
    const missing = await serve(statusHandler(404));
    const urls = [`${missing.url}/a.tgz`, 'http://user:secret@127.0.0.1:1/b.tgz'];
    const options = await optionsFor(urls, { expected: { ...EXPECTED, bytes: 300_000 } });
    const error = await download(options).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.name).toBe('FetchError');
    const parts = [
      `${missing.url}/a.tgz: HTTP 404`,
      'http://127.0.0.1:1/b.tgz: ',
      EXPECTED.sha256,
      '300000 bytes',
      '`path`',
      '--set corpus.path=FILE',
    ];
    for (const part of parts) expect(error?.message).toContain(part);
    expect(error?.message).not.toContain('secret');
  });

  test('a file URL is used where it lies', async () => {
    const path = await temporaryFile('übung.bin', CONTENT);
    const options = await optionsFor([pathToFileURL(`${path}.missing`).href, pathToFileURL(path).href]);
    expect((await download(options)).path).toBe(path);
    expect(await readdir(options.folder)).toEqual([]);
  });

  test('a file of the wrong size is not even begun', async () => {
    const { url } = await serve(fileHandler([CONTENT]));
    const otherSize = await optionsFor([url], { expected: { ...EXPECTED, bytes: 299_999 } });
    await expect(download(otherSize)).rejects.toThrow(/has 300000 bytes there, not 299999/);
    await expect(download(await optionsFor([url], { maxBytes: 299_999 }))).rejects.toThrow(
      /more than the 299999 of `maxBytes`/,
    );
  });

  test('a stream without end is cut at the limit', async () => {
    const { url } = await serve((_, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(noise(50_000), more);
      };
      more();
    });
    const options = await optionsFor([url]);
    await expect(download(options)).rejects.toThrow(/more than 1048576 bytes came/);
    expect(await readdir(options.folder)).not.toContain('archive');
  });

  test('an address that is no URL is an error at once', async () => {
    await expect(download(await optionsFor(['ftp://host/x']))).rejects.toThrow(/not an http, https or file URL/);
  });
});

describe('resuming', () => {
  test('a cut download goes on where it was cut, as often as it takes', async () => {
    const cuts = [1000, 50_000, 100_000, 200_000, 299_999];
    const { url, requests } = await serve(fileHandler([CONTENT], { cuts }));
    const seen: number[] = [];
    const options = await optionsFor([url], {
      onProgress: (done, total) => {
        seen.push(done);
        expect(total).toBe(CONTENT.length);
      },
    });
    await expectDownload(options);
    expect(requests[0].headers.range).toBeUndefined();
    const starts = requests.slice(1).map(({ headers }) => Number(/^bytes=(\d+)-$/.exec(headers.range!)![1]));
    expect(starts).toHaveLength(cuts.length);
    // What a connection still carried when it broke may be lost: each request begins where the file then
    // ended, at the cut at the latest.
    starts.forEach((start, i) => {
      expect(start).toBeGreaterThan(i === 0 ? 0 : starts[i - 1]);
      expect(start).toBeLessThanOrEqual(cuts[i]);
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(CONTENT.length);
    expect(await readdir(options.folder)).toEqual(['archive']);
  });

  test('a later run goes on from the part that an earlier one left', async () => {
    const { url, requests } = await serve(fileHandler([CONTENT], { cuts: [70_000] }));
    const options = await optionsFor([url]);
    await expect(download({ ...options, patience: { ...options.patience!, tries: 1 } })).rejects.toThrow(
      /could not be downloaded/,
    );
    expect((await readdir(options.folder)).sort()).toEqual(['archive.part', 'archive.part.json']);
    await expectDownload(options);
    expect(requests.at(-1)!.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('a file that changed on the server in the meantime is got from its beginning', async () => {
    const { url } = await serve(fileHandler([noise(290_000).reverse(), CONTENT], { cuts: [70_000] }));
    await expectDownload(await optionsFor([url]));
  });

  test('a server without ranges is asked for the whole again', async () => {
    const { url, requests } = await serve(fileHandler([CONTENT], { cuts: [70_000], ranges: false }));
    await expectDownload(await optionsFor([url]));
    expect(requests).toHaveLength(2);
  });

  test('a range that was not asked for is not glued on', async () => {
    let served = 0;
    const { url } = await serve((request, response) => {
      if (served++ === 1)
        response
          .writeHead(206, { 'content-range': 'bytes 5-299999/300000', 'content-length': 299_995 })
          .end(CONTENT.subarray(5));
      else fileHandler([CONTENT], { cuts: served === 1 ? [70_000] : [] })(request, response);
    });
    await expectDownload(await optionsFor([url]));
    expect(served).toBe(3);
  });

  test('a part of which nothing tells the origin is not used', async () => {
    const { url, requests } = await serve(fileHandler([CONTENT]));
    const options = await optionsFor([url]);
    await writeFile(join(options.folder, 'archive.part'), noise(1000));
    await writeFile(join(options.folder, 'archive.part.json'), '{"url":');
    await expectDownload(options);
    expect(requests[0].headers.range).toBeUndefined();
  });

  test('what was downloaded before is taken only if it is still right', async () => {
    const { url, requests } = await serve(fileHandler([CONTENT]));
    const options = await optionsFor([url]);
    await expectDownload(options);
    await expectDownload(options);
    expect(requests).toHaveLength(1);
    await writeFile(join(options.folder, 'archive'), 'damaged');
    await expectDownload(options);
    expect(requests).toHaveLength(2);
  });
});

describe('trying again', () => {
  test('a server in trouble is asked again, one that says no is not', async () => {
    let served = 0;
    const busy = await serve((request, response) =>
      (served++ < 2 ? statusHandler(503) : fileHandler([CONTENT]))(request, response),
    );
    await expectDownload(await optionsFor([busy.url]));
    expect(busy.requests).toHaveLength(3);

    const forbidden = await serve(statusHandler(403));
    await expect(download(await optionsFor([forbidden.url]))).rejects.toThrow(/HTTP 403/);
    expect(forbidden.requests).toHaveLength(1);
  });

  test('a server that falls silent, before or within the file, is given up', async () => {
    const silent = await serve(() => undefined);
    const stuck = await serve((_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 10));
    });
    const options = await optionsFor([silent.url, stuck.url], { patience: { idleMs: 100, pauseMs: 1, tries: 2 } });
    await expect(download(options)).rejects.toThrow(/nothing came for 0\.1 s[^]*nothing came for 0\.1 s/);
  });
});

describe('redirects', () => {
  test('a few are followed', async () => {
    const file = await serve(fileHandler([CONTENT]));
    const second = await serve(statusHandler(307, { location: file.url }));
    const first = await serve((request, response) => {
      statusHandler(302, { location: request.url === '/a' ? '/b' : second.url })(request, response);
    });
    await expectDownload(await optionsFor([`${first.url}/a`]));
  });

  test('a loop ends, and no redirect leads to a file of this machine', async () => {
    const loop = await serve(statusHandler(301, { location: '/' }));
    const inward = await serve(statusHandler(302, { location: pathToFileURL(await temporaryFile('x', CONTENT)).href }));
    const nowhere = await serve(statusHandler(302));
    await expect(download(await optionsFor([loop.url, inward.url, nowhere.url]))).rejects.toThrow(
      /more than 5 redirects[^]*redirect to file:, which is not followed[^]*redirect to nowhere/,
    );
    expect(loop.requests).toHaveLength(6);
  });
});

test('an archive that the server labels as encoded keeps its bytes', async () => {
  const archive = gzipSync('Guten Tag\n');
  const { url, requests } = await serve(fileHandler([archive], { headers: { 'content-encoding': 'x-gzip' } }));
  const { path } = await download(await optionsFor([url], { expected: { sha256: sha256(archive) } }));
  expect(await readFile(path)).toEqual(archive);
  expect(requests[0].headers['accept-encoding']).toBe('identity');
});
