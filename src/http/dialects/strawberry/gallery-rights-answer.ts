import { z } from 'zod';
import type { AccessRights } from '../../../store/access';
import type { EffectiveAccess, TeamWithAccess } from '../../../store/access-reading';

const write = z.boolean().describe('May change assets');
const manage = z.boolean().describe('May manage the gallery, its teams and jobs');
const approve = z.boolean().describe('May approve assets');
const read = z.boolean();
const id = z.int();

/** A team, and what it may do in a gallery. */
export const teamAnswer = z
  .object({
    id,
    name: z.string(),
    own_team: z.boolean().describe('It is the own team of a user, who is alone in it'),
    access: z
      .object({ read, write, manage, approve })
      .nullable()
      .describe('What it may do in the gallery; null: nothing, it has no access'),
  })
  .meta({ id: 'GalleryTeam' });

/** A user with the teams that give access to a gallery. */
export const effectiveAccessAnswer = z
  .object({
    user: z.object({ id, email: z.string(), first_name: z.string().nullable(), last_name: z.string().nullable() }),
    read,
    write,
    manage,
    approve,
    teams: z.array(z.object({ id, name: z.string() })).describe('The teams that give these rights'),
  })
  .meta({ id: 'GalleryEffectiveAccess' });

export const updatedAnswer = z
  .object({ updated_count: z.int().nonnegative().describe('How many rights are others now') })
  .meta({ id: 'GalleryRightsUpdated' });

export function toTeamAnswer({ id: teamId, name, isOwn, access }: TeamWithAccess): z.output<typeof teamAnswer> {
  return { id: Number(teamId), name, own_team: isOwn, access: access === null ? null : toRights(access) };
}

export function toEffectiveAccessAnswer(one: EffectiveAccess): z.output<typeof effectiveAccessAnswer> {
  const { user, teams } = one;
  return {
    user: { id: Number(user.id), email: user.email, first_name: user.firstName, last_name: user.lastName },
    ...toRights(one),
    teams: teams.map((team) => ({ id: Number(team.id), name: team.name })),
  };
}

/** Reading comes with access. */
function toRights({ write: mayWrite, manage: mayManage, approve: mayApprove }: AccessRights) {
  return { read: true, write: mayWrite, manage: mayManage, approve: mayApprove };
}
