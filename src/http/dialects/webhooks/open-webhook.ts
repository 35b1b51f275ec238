import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { parseName } from '../../../domain/names';
import type { Database } from '../../../store/database';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { findWebhook, type WebhookRecord, type WebhookSeals } from '../../../store/webhooks';
import { forbidden, notFound } from '../../refusal';

const gid = z.string().describe('The project: its uuid, key or id');

export const ofProject = z.object({ gid });
export const ofWebhook = z.object({ gid, webhook: z.string().describe('The webhook: its uuid, key or id') });

/**
 * The project that a path names, for who manages it.
 * @throws Refusal 404 when there is none that the user may see, 403 for who does not manage it
 */
export async function openProject(db: Database, text: string, user: Principal): Promise<ReadableProject> {
  const name = parseName(text);
  const project = name === null ? null : await findReadableProject(db, name, user);
  if (project === null) throw notFound('there is no such project', 'project_not_found');
  if (!project.rights.manage) throw forbidden('webhooks are for those who manage the project');
  return project;
}

/**
 * The webhook of that project.
 * @throws Refusal as {@link openProject}, and 404 when the project has no such webhook
 */
export async function openWebhook(
  db: Database,
  seals: WebhookSeals,
  path: z.infer<typeof ofWebhook>,
  user: Principal,
): Promise<WebhookRecord> {
  const project = await openProject(db, path.gid, user);
  const name = parseName(path.webhook);
  const webhook = name === null ? null : await findWebhook(db, project.id, name, seals);
  if (webhook === null) throw notFound('there is no such webhook', 'webhook_not_found');
  return webhook;
}
