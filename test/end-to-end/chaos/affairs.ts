import { addApiKey } from '../../../src/store/credentials';
import type { Database } from '../../../src/store/database';
import {
  createAssets,
  createFolder,
  createProject,
  createUser,
  grantAccess,
  type TestThing,
  type TestUser,
} from '../../support/fixtures';
import { makeJpeg, makeText } from '../../support/media-files';
import { type FileServer, startFileServer } from '../support/file-server';
import type { Opened } from '../support/opened';
import { type RecordingServer, startRecordingServer } from '../support/recording-server';

/** A project beside the one of the moves, for all that is not a move, and the servers outside that it deals with. */
export interface Affairs {
  readonly project: TestThing;
  /** An administrator. */
  readonly user: TestUser;
  readonly apiKey: string;
  readonly approvers: readonly TestUser[];
  /** What is shared and unshared. Nothing of the rest is among them. */
  readonly shared: readonly TestThing[];
  /** Each is put under review once; so many assets lie in it. */
  readonly folders: readonly { readonly uuid: string; readonly title: string }[];
  readonly folderSize: number;
  /** What actions run on. */
  readonly subjects: readonly TestThing[];
  readonly files: FileServer;
  /** Paths of `files`; what is not among them is not there. */
  readonly paths: readonly string[];
  readonly recorder: RecordingServer;
}

const APPROVERS = 3;
const SHARED = 3_000;
const FOLDERS = 60;
const FOLDER_SIZE = 100;
const SUBJECTS = 40;
const FILES = 40;
/** Files and calls take some moments, as they do outside. */
const DELAY_MS = 30;

/** The servers are kept first: what the stack may ask for must be known before it starts. */
export async function startOutside(opened: Opened): Promise<Pick<Affairs, 'files' | 'paths' | 'recorder'>> {
  const jpeg = await makeJpeg();
  const served = Array.from({ length: FILES }, (_, at) => {
    // What follows the end of a file is nobody's matter: each has bytes of its own.
    const body = Buffer.concat([at % 4 === 0 ? jpeg : makeText(), Buffer.from(` ${String(at)}`)]);
    return [`/file/${String(at)}`, { body, delayMs: DELAY_MS }] as const;
  });
  const files = opened.keep(await startFileServer(Object.fromEntries(served)));
  const recorder = opened.keep(await startRecordingServer());
  return { files, paths: served.map(([path]) => path), recorder };
}

/** Fills the project. */
export async function layOutAffairs(
  db: Database,
  outside: Pick<Affairs, 'files' | 'paths' | 'recorder'>,
): Promise<Affairs> {
  const user = await createUser(db, { admin: true });
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true, canManage: true });
  const approvers: TestUser[] = [];
  for (let no = 0; no < APPROVERS; no += 1) {
    const approver = await createUser(db);
    await grantAccess(db, project.id, approver.ownTeamId, { canApprove: true });
    approvers.push(approver);
  }
  const place = { projectId: project.id, ownerId: user.id };
  const shared = await createAssets(db, place, SHARED, 'to be shared');
  const subjects = await createAssets(db, place, SUBJECTS, 'subject');
  const folders: { uuid: string; title: string }[] = [];
  for (let no = 0; no < FOLDERS; no += 1) {
    const title = `under review ${String(no)}`;
    const folder = await createFolder(db, place, title);
    await createAssets(db, { ...place, parentId: folder.id }, FOLDER_SIZE, 'to be reviewed');
    folders.push({ uuid: folder.uuid, title });
  }
  const apiKey = await addApiKey(db, user.id);
  return { project, user, apiKey, approvers, shared, folders, folderSize: FOLDER_SIZE, subjects, ...outside };
}
