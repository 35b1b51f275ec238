import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { removeAccess, setAccess } from '../../../store/access';
import { managesAny, updateAccessOfProject, updateAccessOfTeam } from '../../../store/access-bulk';
import { listEffectiveAccess, listTeamsWithAccess } from '../../../store/access-reading';
import { documentedOnly, serializedAsTyped, textParameter } from '../../parameters';
import type { StrawberryDependencies } from './dependencies';
import { notAllowed, strawberryDialect } from './errors';
import { galleryId, openManagedGallery, openTeam } from './gallery-access';
import {
  effectiveAccessAnswer,
  teamAnswer,
  toEffectiveAccessAnswer,
  toTeamAnswer,
  updatedAnswer,
} from './gallery-rights-answer';
import { booleanParameter, inQueryOrBody, readSentParameters } from './parameters';

/** The few parameters of these routes take much less. */
const BODY_LIMIT = 16 * 1024;
const MANAGERS_ONLY = 'For those who manage the gallery, and administrators.';

const galleryParams = z.object({ id: galleryId });
const teamId = textParameter.describe('The team: its id, uuid or key');
const flag = booleanParameter.optional();

const setParameters = z.object({
  team_id: teamId,
  write: flag.describe('Access is read/write, not read-only. Default: false'),
  manage: flag.describe('Its members may manage the gallery. Default: false'),
  approve: flag.describe('Its members may approve assets of the gallery. Default: false'),
});

const updateParameters = z.object({
  revoke: flag.describe('Take all access away, whatever `write` says. Default: false'),
  write: flag.describe('Access is read/write. Default: false, read-only'),
});

const updateGalleryParameters = z.object({
  own_teams: booleanParameter.describe("Of users' own teams, or of normal teams"),
  ...updateParameters.shape,
});

/** What teams may do in galleries: reading that, and changing it one by one and in bulk. */
export function galleryRightsRoutes({ db, now }: StrawberryDependencies): FastifyPluginAsyncZod {
  const shared = { ...documentedOnly, bodyLimit: BODY_LIMIT };
  const errors = (...statuses: number[]) => strawberryDialect.errors(403, 404, ...statuses);
  const tags = ['strawberry'];
  return (app) => {
    app.get(
      '/api/v1/galleries/:id/teams',
      {
        ...serializedAsTyped,
        schema: {
          summary: 'All teams and their access rights to a gallery',
          description: MANAGERS_ONLY,
          tags,
          params: galleryParams,
          response: { 200: z.array(teamAnswer), ...errors() },
        },
      },
      async (request) => {
        const gallery = await openManagedGallery(db, request.params.id, request.user);
        return (await listTeamsWithAccess(db, gallery.id)).map(toTeamAnswer);
      },
    );

    app.get(
      '/api/v1/galleries/:id/effective_access_rights',
      {
        ...serializedAsTyped,
        schema: {
          summary: 'All users mapped to the teams that give them access rights to a gallery',
          description: `Administrators are listed when a team gives them access, with its rights. ${MANAGERS_ONLY}`,
          tags,
          params: galleryParams,
          response: { 200: z.array(effectiveAccessAnswer), ...errors() },
        },
      },
      async (request) => {
        const gallery = await openManagedGallery(db, request.params.id, request.user);
        return (await listEffectiveAccess(db, gallery.id)).map(toEffectiveAccessAnswer);
      },
    );

    app.put(
      '/api/v1/galleries/:id/teams',
      {
        ...shared,
        schema: {
          summary: 'Update the access rights of a team to a gallery',
          description: `Gives it access with these rights and no others. ${MANAGERS_ONLY}`,
          tags,
          params: galleryParams,
          ...inQueryOrBody(setParameters),
          response: { 200: teamAnswer, ...errors(422) },
        },
      },
      async (request) => {
        const gallery = await openManagedGallery(db, request.params.id, request.user);
        const { team_id, write = false, manage = false, approve = false } = readSentParameters(setParameters, request);
        const team = await openTeam(db, team_id, gallery.id);
        const access = { write, manage, approve };
        const order = { projectId: gallery.id, teamId: team.id, actorId: request.user.id, now: now() };
        if (!(await setAccess(db, order, access))) throw await lostMeanwhile(request.params.id, request.user);
        return toTeamAnswer({ ...team, access });
      },
    );

    app.delete(
      '/api/v1/galleries/:id/teams/:team_id',
      {
        ...shared,
        schema: {
          summary: 'Remove the access rights of a team to a gallery',
          description: `A team that has none stays without. ${MANAGERS_ONLY}`,
          tags,
          params: galleryParams.extend({ team_id: teamId }),
          response: { 200: teamAnswer, ...errors() },
        },
      },
      async (request) => {
        const gallery = await openManagedGallery(db, request.params.id, request.user);
        const team = await openTeam(db, request.params.team_id, gallery.id);
        const order = { projectId: gallery.id, teamId: team.id, actorId: request.user.id, now: now() };
        if (!(await removeAccess(db, order))) throw await lostMeanwhile(request.params.id, request.user);
        return toTeamAnswer({ ...team, access: null });
      },
    );

    app.put(
      '/api/v1/galleries/:id/update_teams',
      {
        ...shared,
        schema: {
          summary: 'Bulk update of access rights to a gallery',
          description:
            `Of all teams of one sort that have access already; who manages or approves still does. ${MANAGERS_ONLY}`, // prettier-ignore
          tags,
          params: galleryParams,
          ...inQueryOrBody(updateGalleryParameters),
          response: { 200: updatedAnswer, ...errors(422) },
        },
      },
      async (request) => {
        const gallery = await openManagedGallery(db, request.params.id, request.user);
        const { own_teams: ownTeams, ...sent } = readSentParameters(updateGalleryParameters, request);
        const order = { projectId: gallery.id, ownTeams, actorId: request.user.id, now: now() };
        const updated = await updateAccessOfProject(db, order, toUpdate(sent));
        if (updated === null) throw await lostMeanwhile(request.params.id, request.user);
        return { updated_count: updated };
      },
    );

    app.put(
      '/api/v1/galleries/update_teams/:team_id',
      {
        ...shared,
        schema: {
          summary: 'Bulk update of the access rights of a team to galleries',
          description:
            'Of all galleries that the caller manages and to which the team has access already; where it manages or ' +
            'approves it still does. For those who manage a gallery, and administrators.',
          tags,
          params: z.object({ team_id: teamId }),
          ...inQueryOrBody(updateParameters),
          response: { 200: updatedAnswer, ...errors(422) },
        },
      },
      async (request) => {
        const { user } = request;
        if (!(await managesAny(db, user.id))) throw notAllowed();
        const sent = readSentParameters(updateParameters, request);
        const team = await openTeam(db, request.params.team_id, null);
        const order = { teamId: team.id, actorId: user.id, now: now() };
        return { updated_count: await updateAccessOfTeam(db, order, toUpdate(sent)) };
      },
    );
    return Promise.resolve();
  };

  /** What to answer to a manager whose right was taken away while we were at it. */
  async function lostMeanwhile(id: string, user: { readonly id: string }) {
    await openManagedGallery(db, id, user);
    return notAllowed();
  }
}

function toUpdate({ revoke = false, write = false }: z.output<typeof updateParameters>) {
  return revoke ? { revoke } : { revoke, write };
}
