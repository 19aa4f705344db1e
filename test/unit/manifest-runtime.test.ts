import { describe, expect, it } from 'vitest';
import { createManifest } from '../../src/manifest-runtime.ts';
import { createSite } from '../support/create-site.ts';

const manifest = {
  version: '1.1',
  hash: '0123456789ab',
  paths: { 'css/app.css': 'css/app.9dd4e461268c.css', 'a b.txt': 'a b.1.txt' },
};
const assets = {
  version: 1,
  assets: { 'css/app.css': { key: 'css/app.9dd4e461268c.css', integrity: 'sha384-AAAA' } },
};

describe('createManifest', () => {
  it('gives the URL of a name, with its query and fragment', () => {
    const { url } = createManifest({ manifest });
    expect(url('css/app.css')).toBe('/static/css/app.9dd4e461268c.css');
    expect(url('css/app.css?v=1#x')).toBe('/static/css/app.9dd4e461268c.css?v=1#x');
    expect(url('a b.txt')).toBe('/static/a%20b.1.txt');
  });

  it('puts names below the base, with or without its slash', () => {
    for (const base of ['https://cdn.example/s', 'https://cdn.example/s/']) {
      const { url } = createManifest({ manifest, base });
      expect(url('css/app.css')).toBe('https://cdn.example/s/css/app.9dd4e461268c.css');
    }
  });

  it('refuses an unknown name and names the nearest', () => {
    const { url } = createManifest({ manifest });
    expect(() => url('css/ap.css')).toThrow(
      'the manifest has no css/ap.css; did you mean css/app.css?',
    );
  });

  it('names an unknown name as it is, where that is asked for', () => {
    const reader = createManifest({ manifest, assets, strict: false });
    expect(reader.url('img/ü.png')).toBe('/static/img/%C3%BC.png');
    expect(reader.integrity('img/ü.png')).toBeUndefined();
  });

  it('gives the integrity of what is stored', () => {
    const { integrity } = createManifest({ manifest, assets });
    expect(integrity('css/app.css')).toBe('sha384-AAAA');
    expect(() => integrity('css/ap.css')).toThrow('did you mean css/app.css?');
    expect(() => createManifest({ manifest }).integrity('css/app.css')).toThrow('assets.json');
  });

  it('reads files by path or URL', async () => {
    const site = await createSite({ 'staticfiles.json': JSON.stringify(manifest) });
    const path = site.path('staticfiles.json');
    for (const place of [path, new URL(`file://${path}`)]) {
      expect(createManifest({ manifest: place }).url('css/app.css')).toContain('9dd4e461268c');
    }
    await site.remove();
  });

  it('refuses what is no manifest, and says what it wants', () => {
    expect(() => createManifest({ manifest: { paths: {} } })).toThrow('version');
    expect(() => createManifest({ manifest, assets: manifest })).toThrow('no assets.json');
    expect(() => createManifest({} as { manifest: string })).toThrow(
      'the path of staticfiles.json',
    );
  });
});
