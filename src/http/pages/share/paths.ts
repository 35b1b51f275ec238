import { toKey } from '../../../domain/names';

interface Named {
  readonly uuid: string;
}

/** Where the things of a share lie, below its own address. */
export function sharePaths(token: string) {
  const page = `/s/${token}`;
  const asset = ({ uuid }: Named) => `${page}/assets/${toKey(uuid)}`;
  return {
    page,
    unlock: `${page}/unlock`,
    all: `${page}/download.zip`,
    asset,
    preview: (of: Named, size: string) => `${asset(of)}/preview/${size}`,
    download: (of: Named) => `${asset(of)}/download`,
    allOf: (folder: Named) => `${asset(folder)}/download.zip`,
    comments: (of: Named) => `${asset(of)}/comments`,
    next: (path: string, last: Named) => `${path}?after=${toKey(last.uuid)}`,
  };
}

export type SharePaths = ReturnType<typeof sharePaths>;
