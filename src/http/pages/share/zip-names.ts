import { cleanFilename } from '../../../domain/media-filename';

/** By name in small letters, for not all file systems tell capitals from them; null for a file. */
interface Folder {
  readonly taken: Map<string, Folder | null>;
  /** The number from which on to try, by clean name in small letters: there may be thousands of one name. */
  readonly numbered: Map<string, number>;
  /** Names that were given to folders, by their titles. */
  readonly named: Map<string, { readonly name: string; readonly folder: Folder }>;
}

export interface ZipNames {
  /** A path for a file that lies in folders of these titles. */
  toPath(folders: readonly string[], filename: string): string;
}

/**
 * Paths for the files of one ZIP, as they come: safe ones, each given once, of equal ones the later are numbered. Folders
 * of one title in one place are one.
 */
export function createZipNames(): ZipNames {
  const top = emptyFolder();
  return {
    toPath(folders, filename) {
      let at = top;
      const parts = folders.map((title) => {
        const found = at.named.get(title) ?? addFolder(at, title);
        at = found.folder;
        return found.name;
      });
      const name = freeName(at, cleanFilename(filename), (tried) => !at.taken.has(tried));
      at.taken.set(name.toLowerCase(), null);
      return [...parts, name].join('/');
    },
  };
}

function addFolder(parent: Folder, title: string): { readonly name: string; readonly folder: Folder } {
  // Titles are no paths: a slash in one opens no folder.
  const clean = cleanFilename(title.replaceAll(/[/\\]/g, '-'));
  const name = freeName(parent, clean, (tried) => parent.taken.get(tried) !== null);
  const key = name.toLowerCase();
  const folder = parent.taken.get(key) ?? emptyFolder();
  parent.taken.set(key, folder);
  const made = { name, folder };
  parent.named.set(title, made);
  return made;
}

function freeName({ numbered }: Folder, clean: string, isFree: (lowerCase: string) => boolean): string {
  const dot = clean.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ''];
  let name = clean;
  let no = numbered.get(clean.toLowerCase()) ?? 2;
  for (; !isFree(name.toLowerCase()); no += 1) name = `${stem} (${String(no)})${extension}`;
  numbered.set(clean.toLowerCase(), no);
  return name;
}

function emptyFolder(): Folder {
  return { taken: new Map(), numbered: new Map(), named: new Map() };
}
