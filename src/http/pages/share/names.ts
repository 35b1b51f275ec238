import { cleanFilename } from '../../../domain/media-filename';

/** Names for files that lie in one folder, in their order: safe ones, and of equal ones the later are numbered. */
export function toFolderNames(filenames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return filenames.map((filename) => {
    const clean = cleanFilename(filename);
    const dot = clean.lastIndexOf('.');
    const [stem, extension] = dot > 0 ? [clean.slice(0, dot), clean.slice(dot)] : [clean, ''];
    let name = clean;
    // Not all file systems tell capitals from small letters.
    for (let no = 2; taken.has(name.toLowerCase()); no += 1) name = `${stem} (${String(no)})${extension}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
