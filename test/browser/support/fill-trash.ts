import { createAssets, createFolder, createProject, grantAccess, type TestPlace, type TestThing } from '../../support/fixtures'; // prettier-ignore
import { putIntoTrash } from '../../support/put-into-trash';
import type { Site } from './site';

const HOUR_MS = 60 * 60 * 1_000;

/** What lies in the trash of {@link fillTrash}: folders by their titles, files by `<title> 1`. */
export interface FilledTrash {
  /** Of the site's own project. */
  readonly poster: TestThing;
  /** Its folder is in the trash. */
  readonly stuck: TestThing;
}

/** Puts one thing of each sort into the trash, the soonest to go first. */
export async function fillTrash({ library, database: { store } }: Site): Promise<FilledTrash> {
  const { db } = store;
  const { user, project } = library;
  const place: TestPlace = { projectId: project.id, ownerId: user.id };
  let hoursLeft = -1;

  async function put(asset: TestThing | undefined, withIt: readonly TestThing[] = []): Promise<TestThing> {
    if (asset === undefined) throw new Error('no asset was made');
    const at = new Date(Date.now() - (14 * 24 - hoursLeft) * HOUR_MS);
    await putIntoTrash(db, asset, at, { actorId: user.id, withIt: withIt.map(({ id }) => id) });
    hoursLeft += 27;
    return asset;
  }
  const file = async (title: string, where: TestPlace = place) => (await createAssets(db, where, 1, title))[0];
  const inside = async (folder: TestThing, title: string) => file(title, { ...place, parentId: folder.id });

  await put(await file('Slogan, first try'));
  const poster = await put(await inside(await createFolder(db, place, 'Keepers'), 'Poster'));
  const box = await createFolder(db, place, 'Contact sheets');
  const stuck = await put(await inside(box, 'Sheet'));
  await put(box);
  const lost = await createFolder(db, place);
  await put(await inside(lost, 'Orphan'));
  await db.deleteFrom('assets').where('id', '=', lost.id).execute();
  const archive = await createFolder(
    db,
    place,
    'Archive of the years 2009 to 2019, kept for the lawyers, with everything in it',
  );
  await put(archive, await createAssets(db, { ...place, parentId: archive.id }, 1_200));
  const foreign = await createProject(db, 'Autumn campaign, to read only');
  await grantAccess(db, foreign.id, user.ownTeamId);
  await put(await file('Storyboard', { ...place, projectId: foreign.id }));
  await put(await file('Passport_photo_final_FINAL_2_without_watermark_or_spaces.tiff', { ...place, projectId: null }));
  return { poster, stuck };
}
