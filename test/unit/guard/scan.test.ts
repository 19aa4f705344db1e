import { writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openContent } from '../../../src/content.ts';
import { contentRules } from '../../../src/guard/contents.ts';
import { createScanner, type ContentFinding, type Scanner } from '../../../src/guard/scan.ts';
import type { Content, Secret } from '../../../src/types.ts';
import { createSite } from '../../support/create-site.ts';
import { random, tokens } from '../../support/honey.ts';
import { openBelow } from '../../support/open-files.ts';

const MiB = 1024 * 1024;

const secret = (value: string, name = 'MY_SECRET'): Secret => ({ name, value, weight: 'refuse' });

async function scan(text: string | Buffer, name = 'a.js', ...more: [Secret[]?, number?]) {
  const [secrets = [], pieceSize] = more;
  const content = { kind: 'bytes', bytes: Buffer.from(text) } as const;
  return scanContent(createScanner(contentRules, secrets, pieceSize), content, name);
}

async function scanContent(scanner: Scanner, content: Content, name = 'a.js') {
  const file = await openContent(content);
  // As from a disk: what is read next is read into the same memory.
  const read: typeof file.read = async (start, end, room) => {
    const bytes = await file.read(start, end);
    if (room === undefined) return bytes;
    bytes.copy(room);
    return room.subarray(0, bytes.length);
  };
  try {
    return await scanner({ ...file, read }, name);
  } finally {
    await file.close();
  }
}

async function findingsIn(text: string, secrets?: Secret[], pieceSize?: number): Promise<string[]> {
  return (await scan(text, 'a.js', secrets, pieceSize)).findings.map(shown);
}

function shown({ found, line, column }: ContentFinding): string {
  return `${'rule' in found ? found.rule : found.name} ${line}:${column}`;
}

/** Line and column of a place in a text, as editors count them. */
function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n');
  return `${lines.length}:${Array.from(lines.at(-1) ?? '').length + 1}`;
}

describe('a secret', () => {
  it('is found wherever it stands and files are cut, with its line and column', async () => {
    const line = fc.constantFrom(
      'ü',
      '\n',
      'let ü = "😀";\n',
      '\r\n\r\n',
      '-----BEGIN \n',
      'ghp_',
      '.',
    );
    const text = fc.array(line, { maxLength: 500 }).map((lines) => lines.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, fc.integer({ min: 50, max: 9000 }), async (a, b, piece) => {
        const whole = `${a} ${tokens.npm}\n${b}`;
        const found = [`npm-token ${placeOf(whole, a.length + 1)}`];
        expect(await findingsIn(whole, [], piece)).toEqual(found);
      }),
    );
  });

  it('is found across the border of two pieces', async () => {
    const value = random(40);
    for (let by = -41; by <= 1; by += 1) {
      const text = `${' '.repeat(500 + by)}${value} `;
      expect(await findingsIn(text, [secret(value)], 500)).toEqual([`MY_SECRET 1:${501 + by}`]);
    }
  });

  it('is found in large files', async () => {
    const text = `${' '.repeat(MiB - 9)}${tokens.npm}`;
    expect(await findingsIn(text)).toEqual([`npm-token 1:${MiB - 8}`]);
  });

  it('is not taken for whole by half of it, at the end of a piece or of the file', async () => {
    const value = random(40);
    const half = `${value.slice(0, 35)}${'x'.repeat(5)}`;
    for (const more of ['', ' '.repeat(9000)]) {
      expect(await findingsIn(`${' '.repeat(464)}${half}${more}`, [secret(value)], 500)).toEqual(
        [],
      );
      // A token that goes on is none.
      expect(await findingsIn(`${' '.repeat(460)}${tokens.npm}x${more}`, [], 500)).toEqual([]);
    }
    expect(await findingsIn(value.slice(0, 39), [secret(value)])).toEqual([]);
  });

  it('is told apart from one that begins in the same way', async () => {
    const start = random(50);
    const secrets = [secret(`${start}1`, 'ONE'), secret(`${start}2`, 'TWO')];
    expect(await findingsIn(`${start}0 ${start}2`, secrets)).toEqual(['TWO 1:53']);
  });

  it('may be longer than what is compared, and hold what is not ASCII', async () => {
    const value = `ü${random(6000)}`;
    expect(await findingsIn(`x ${value}`, [secret(value)])).toEqual(['MY_SECRET 1:3']);
    expect(await findingsIn(`x ${value.slice(0, 4000)}`, [secret(value)])).toEqual([]);
  });

  it('is told once, at its first place, in the order of places', async () => {
    const [one, two] = [random(20), random(20)];
    const text = `${tokens.npm} ${two}\n${one} ${tokens.github}\n${two} ${tokens.npm}`;
    expect(await findingsIn(text, [secret(one, 'ONE'), secret(two, 'TWO')])).toEqual([
      'npm-token 1:1',
      'TWO 1:42',
      'ONE 2:1',
      'github-token 2:22',
    ]);
  });

  it('is told before another that is a part of it', async () => {
    const whole = random(40);
    const secrets = [secret(whole.slice(5, 20), 'PART'), secret(whole, 'WHOLE')];
    expect(await findingsIn(whole, secrets)).toEqual(['WHOLE 1:1', 'PART 1:6']);
  });

  it('is found behind what only looks like it', async () => {
    const text = `ghp_${'x'.repeat(36)} ghp_ ${tokens.github}`;
    expect(await findingsIn(text)).toEqual(['github-token 1:47']);
    const far = `${' '.repeat(500)}ghp_ ${' '.repeat(6000)}${tokens.github}`;
    expect(await findingsIn(far, [], 500)).toEqual(['github-token 1:6506']);
  });

  it('is found with what belongs to it in the piece before', async () => {
    const text = `${' '.repeat(9000)}${tokens.awsSecret}${' '.repeat(300)}${tokens.awsId}`;
    for (const more of ['', ' '.repeat(9000)]) {
      expect(await findingsIn(text + more, [], 100)).toEqual(['aws-key 1:9341']);
    }
  });

  it.each([
    ['utf16le', [0xff, 0xfe]],
    ['utf16be', [0xfe, 0xff]],
  ])('is found in %s', async (encoding, mark) => {
    const bytes = Buffer.from(`// a\nx = "${tokens.npm}"`, 'utf16le');
    if (encoding === 'utf16be') bytes.swap16();
    const { findings, text } = await scan(Buffer.concat([Buffer.from(mark), bytes]), 'a.bin');
    expect([text, ...findings.map(shown)]).toEqual([true, 'npm-token 2:6']);
  });
});

describe('what is no text', () => {
  const withNul = (at: number) => `${'.'.repeat(at)}\0 ${tokens.npm}`;

  it.each([
    ['a.bin', 'a NUL', withNul(9), false],
    ['a.bin', 'a NUL at the end of what is looked at', withNul(8191), false],
    ['a.bin', 'a NUL far in', withNul(8192), true],
    ['a.bin', 'half a byte order mark', `\u00ff\0 ${tokens.npm}`, false],
    ['a.HTML', 'a NUL', withNul(9), true],
    ['a.htm', 'a NUL', withNul(9), true],
    ['a.mjs', 'a NUL', withNul(9), true],
    ['a.js', 'a NUL', withNul(9), true],
    ['a.yml', 'a NUL', withNul(9), true],
    ['a.yaml', 'a NUL', withNul(9), true],
    ['a.js.png', 'a NUL', withNul(9), false],
    ['xjs', 'a NUL', withNul(9), false],
  ])('%s with %s', async (name, _, text, isText) => {
    const scanned = await scan(Buffer.from(text, 'latin1'), name);
    expect([scanned.text, scanned.findings.length]).toEqual([isText, isText ? 1 : 0]);
  });

  it.each([
    [0xff, 0],
    [0, 0xfe],
    [0xfe, 0],
    [0, 0xff],
    [0xff, 0xff],
  ])('may begin with %d, %d', async (...start) => {
    const bytes = Buffer.concat([Buffer.from([...start, 0]), Buffer.from(tokens.npm)]);
    expect(await scan(bytes, 'a.bin')).toMatchObject({ text: false, findings: [] });
  });
});

it('gives the first 8 KB to those who judge names', async () => {
  const { head } = await scan(`${'a'.repeat(8192)}b`);
  expect(head.toString()).toBe('a'.repeat(8192));
  expect((await scan('ab')).head.toString()).toBe('ab');
});

it('finds nothing where there is nothing to look for, or nothing to read', async () => {
  const content = { kind: 'bytes', bytes: Buffer.from(tokens.npm) } as const;
  expect(await scanContent(createScanner([], []), content)).toMatchObject({
    text: true,
    findings: [],
  });
  expect(await scan('')).toMatchObject({ text: true, findings: [] });
});

describe('one pass', () => {
  const png = Buffer.alloc(5 * MiB + 1, 'pixels');
  png.write('\x89PNG\r\n\x1a\n\0', 'latin1');

  it.each([
    ['text', 'a.js', Buffer.from('a{}')],
    ['text', 'a.bin', Buffer.from('a{}')],
    ['named', 'a.js', png],
    ['other', 'a.png', png],
  ])('says for the next one: %s (%s)', async (verdict, name, bytes) => {
    expect(await scan(bytes, name)).toMatchObject({ verdict });
  });

  it.each(['a.js', 'a.png'])(
    'gives all bytes of %s to whoever wants them, in large pieces',
    async (name) => {
      const given: Buffer[] = [];
      const file = await openContent({ kind: 'bytes', bytes: png });
      await createScanner(contentRules, [])(file, name, (bytes) => void given.push(bytes));
      expect(Buffer.concat(given).equals(png)).toBe(true);
      expect(given).toHaveLength(6);
    },
  );

  it('reads no more than the beginning of what is no text, where nobody wants the rest', async () => {
    const file = await openContent({ kind: 'bytes', bytes: png });
    const read = vi.spyOn(file, 'read');
    await createScanner(contentRules, [])(file, 'a.png');
    expect(read.mock.calls).toEqual([[0, 8192]]);
  });
});

describe('a file', () => {
  const inFile = async (text: string) => {
    const site = await createSite({ 'a.js': text });
    onTestFinished(() => site.remove());
    const path = site.path('a.js');
    const { size, mtimeMs } = await stat(path);
    return { site, path, content: { kind: 'file', path, size, mtimeMs } } as const;
  };

  it.skipIf(process.platform !== 'linux')('is closed', async () => {
    const { site, content } = await inFile(tokens.npm);
    expect((await scanContent(createScanner(contentRules, []), content)).findings).toHaveLength(1);
    expect(openBelow(site.dir)).toEqual([]);
  });

  it('is not judged by what was read while somebody wrote to it', async () => {
    // Larger than what is read at once.
    const { path, content } = await inFile(`a word${' '.repeat(300_000)}`);
    const also = () => {
      writeFileSync(path, 'and more words');
      return false;
    };
    const rule = { rule: 'npm-token', why: '', words: ['word'], pattern: /word/y, also } as const;
    await expect(scanContent(createScanner([rule], []), content)).rejects.toThrow(/changed/);
  });
});

describe('an excerpt', () => {
  const excerptOf = async (text: string) =>
    (await scan(text, 'a.js', [secret('9f86d081884c7d65')])).findings.map(({ excerpt }) => excerpt);

  it.each([
    ['API_TOKEN = "#"', 'API_TOKEN = npm_…'],
    ["apiToken: '#'", 'apiToken = npm_…'],
    ['{"api-token":"#"}', 'api-token = npm_…'],
    ['let $t_1=`#`', '$t_1 = npm_…'],
    ['"token"   :   #', 'token = npm_…'],
    ['token #', 'npm_…'],
    ['#', 'npm_…'],
    ['f(#)', 'npm_…'],
    ['token =           #', 'npm_…'],
    ['token           = #', 'npm_…'],
    ['a = b(#)', 'npm_…'],
    ['é = #', 'npm_…'],
    // What mixes letters and digits for so long may be a secret itself.
    ['a1b2c3d4e5f6a7b8 = #', 'npm_…'],
    ['a1b2c3d4e5f6a7b = #', 'a1b2c3d4e5f6a7b = npm_…'],
    ['MyVeryLongTokenName = #', 'MyVeryLongTokenName = npm_…'],
  ])('of %s is %s', async (text, excerpt) => {
    expect(await excerptOf(text.replace('#', tokens.npm))).toEqual([excerpt]);
  });

  it('of a name of any length shows no more than its end', async () => {
    expect(await excerptOf(`${'a'.repeat(300)} = ${tokens.npm}`)).toEqual([
      `${'a'.repeat(41)} = npm_…`,
    ]);
  });

  it('is the same in any piece of a large file', async () => {
    for (const before of [0, 1, 15_900, 16_384, 70_000]) {
      const text = `${'-'.repeat(before)}\nother = 1; token = ${tokens.npm}\n${'-'.repeat(40_000)}`;
      const { findings } = await scan(text, 'a.js', [], 16_384);
      expect(findings.map(({ excerpt }) => excerpt)).toEqual(['token = npm_…']);
    }
  });

  it('shows nothing of the value of a variable', async () => {
    expect(await excerptOf('key="9f86d081884c7d65"')).toEqual(['key = [value of MY_SECRET]']);
    expect(await excerptOf('9f86d081884c7d65')).toEqual(['[value of MY_SECRET]']);
  });

  it('says how a private key begins', async () => {
    const key = ['-----BEG', `IN PRIVATE KEY-----\n${random(64)}`].join('');
    expect(await excerptOf(`key = "${key}"`)).toEqual(['key = -----BEGIN…']);
  });
});
