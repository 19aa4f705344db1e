// playwright-core's types speak of the DOM, and `visit` is given code that runs in a page.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Response } from 'playwright-core';

export interface Visit<Seen> {
  /** Every answer, in the order of arrival. */
  readonly answers: readonly Answer[];
  /** Requests that came to nothing, and what the browser complained of. */
  readonly failed: readonly string[];
  /** What the page, its scripts and style sheets loaded, by URL, and where each came from. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** What `look` returned. */
  readonly seen: Seen;
}

/** 'revalidated': the browser asked whether what it has is still good, and it was. */
type Origin = 'network' | 'revalidated' | 'cache';

interface Answer {
  readonly url: string;
  readonly status: number;
  readonly contentType: string | undefined;
}

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser to test with, or undefined if there is one. */
export function browserAvailable(): string | undefined {
  return existsSync(executable)
    ? undefined
    : `no Chromium at ${executable} (Debian: chromium; or set CHROMIUM)`;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    // Root has no sandbox; the rest keeps Chromium from calling home, which test machines refuse.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Opens `url` in a new tab of the context, so that a second visit finds what the first has cached.
 * `look` runs inside the page, when it is loaded: it can use nothing from outside itself.
 */
export async function visit<Seen>(
  context: BrowserContext,
  url: string,
  look: () => Promise<Seen>,
): Promise<Visit<Seen>> {
  const page = await context.newPage();
  try {
    const answers: Promise<Answer>[] = [];
    const failed: string[] = [];
    page.on('response', (response) => {
      answers.push(readAnswer(response));
    });
    page.on('requestfailed', (request) => {
      failed.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`);
    });
    page.on('pageerror', (error) => failed.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') failed.push(message.text());
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    const seen = await page.evaluate(look);
    const origins = await page.evaluate(readOrigins);
    return { answers: await Promise.all(answers), failed, origins, seen };
  } finally {
    await page.close();
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const { 'content-type': contentType } = await response.allHeaders();
  return { url: response.url(), status: response.status(), contentType };
}

/**
 * Runs in the page. By Resource Timing, a transfer is 0 from the cache, 300 if the server only said
 * that the cached copy is good, and 300 + the body if it was sent.
 */
function readOrigins(): Record<string, Origin> {
  const origins: Record<string, Origin> = {};
  for (const entry of ['navigation', 'resource'].flatMap((type) =>
    performance.getEntriesByType(type),
  )) {
    const size = (entry as PerformanceResourceTiming).transferSize;
    if (entry.name.startsWith('data:')) continue;
    origins[entry.name] = size === 0 ? 'cache' : size === 300 ? 'revalidated' : 'network';
  }
  return origins;
}
