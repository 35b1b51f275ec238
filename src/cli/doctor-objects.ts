import { CONTENT_PREFIX } from '../domain/object-keys';
import type { Tool } from './command';
import { type Report, toFailedCheck } from './doctor-check';

/** Looks whether the objects can be listed. */
export async function checkObjects(tool: Tool, report: Report): Promise<void> {
  const name = 'object store';
  const { objectStore: place } = tool.loadConfig();
  const objects = tool.openObjects(place);
  try {
    let isEmpty = true;
    for await (const _object of objects.list(CONTENT_PREFIX)) {
      isEmpty = false;
      break;
    }
    const where = place.kind === 'folder' ? place.path : `bucket ${place.bucket}`;
    report({ name, state: 'ok', message: `${where} answers${isEmpty ? ', and is empty' : ''}` });
  } catch (error) {
    report(toFailedCheck(name, error));
  } finally {
    objects.close();
  }
}
