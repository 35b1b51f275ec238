import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Asset {
  /** Holds a hash of the content: what lies under it never changes. */
  readonly path: string;
  readonly contentType: string;
  readonly content: Buffer;
}

const STYLES = [
  '1-theme.css',
  '2-page.css',
  '3-progress.css',
  '4-forms.css',
  '5-jobs.css',
  '6-trash.css',
  '7-steps.css',
  '8-share.css',
  '9-reviews.css',
  '10-runs.css',
];

const stylesheet = toAsset('pages.css', 'text/css; charset=utf-8', STYLES);
const script = toAsset('live.js', 'text/javascript; charset=utf-8');
const shareScript = toAsset('share.js', 'text/javascript; charset=utf-8');
const reviewsScript = toAsset('reviews.js', 'text/javascript; charset=utf-8');
const runScript = toAsset('run.js', 'text/javascript; charset=utf-8');
const icon = toAsset('icon.svg', 'image/svg+xml');

/** Where a page finds what it needs. */
export const ASSET_PATHS = {
  stylesheet: stylesheet.path,
  script: script.path,
  shareScript: shareScript.path,
  reviewsScript: reviewsScript.path,
  runScript: runScript.path,
  icon: icon.path,
};

const byPath = new Map(
  [stylesheet, script, shareScript, reviewsScript, runScript, icon].map((asset) => [asset.path, asset]),
);

/** The static file under a path, or null. */
export function findAsset(path: string): Asset | null {
  return byPath.get(path) ?? null;
}

function toAsset(name: string, contentType: string, files: readonly string[] = [name]): Asset {
  const content = Buffer.concat(files.map((file) => readFileSync(join(__dirname, 'assets', file))));
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 16);
  return { path: `/assets/${name.replace('.', `.${hash}.`)}`, contentType, content };
}
