import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One example of the published page of Media Pocket v2: what was sent, and what came back. */
interface PageExample {
  /** Method and path pattern of the route that it stands under. */
  readonly route: string;
  /** The line above it. */
  readonly note: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly response: Readonly<Record<string, unknown>>;
}

export interface Example extends PageExample {
  /** Route and note; a note that stands twice under one route is numbered. */
  readonly name: string;
}

/** Every example of the page, in its order. */
export const EXAMPLES: readonly Example[] = named(
  JSON.parse(readFileSync(join(__dirname, 'examples.json'), 'utf8')) as PageExample[],
);

function named(examples: readonly PageExample[]): Example[] {
  const seen = new Map<string, number>();
  return examples.map((example) => {
    const name = `${example.route}: ${example.note}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { ...example, name: times === 1 ? name : `${name} (${String(times)})` };
  });
}

/** Parts of the path of an example by the names that its route gives them (`asset_id`). */
export function partsOf(example: PageExample): Readonly<Record<string, string>> {
  const [, pattern = ''] = example.route.split(' ');
  const [path = ''] = example.path.split('?');
  const texts = path.split('/');
  const parts = pattern.split('/').flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), texts[at]]] : []));
  return Object.fromEntries(parts) as Record<string, string>;
}

/** The path of an example with some of its parts replaced. */
export function pathWith(example: PageExample, replaced: Readonly<Record<string, string>>): string {
  const [, pattern = ''] = example.route.split(' ');
  const [, query] = example.path.split('?');
  const parts = { ...partsOf(example), ...replaced };
  const path = pattern.replace(/:(\w+)/g, (_all, name: string) => parts[name] ?? '');
  return query === undefined ? path : `${path}?${query}`;
}
