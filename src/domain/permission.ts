/** What a user may be allowed beside the rights of teams on projects. */
export const PERMISSIONS = ['ACTIONS_VIEW', 'ACTIONS_START', 'ACTIONS_MANAGE'] as const;
export type Permission = (typeof PERMISSIONS)[number];
