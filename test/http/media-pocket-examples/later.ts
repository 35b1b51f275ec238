/** Examples whose routes are not built yet, and why not. Whoever builds one takes it off this list. */
const REASONS = {
  dagActions: 'runs of DAG actions are work of their own',
} as const;

export const LATER: Readonly<Record<string, string>> = {
  'GET /api/v2/assets/:asset_id/dag_actions: Successful request': REASONS.dagActions,
  "GET /api/v2/assets/:asset_id/dag_actions: If user does not have 'ACTIONS_VIEW' permission": REASONS.dagActions,
  'GET /api/v2/assets/:asset_id/dag_actions: If :asset_id is not found': REASONS.dagActions,
  'POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: Successful request': REASONS.dagActions,
  "POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: If user does not have 'ACTIONS_START' permission":
    REASONS.dagActions,
  'POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: If :dag_action_id is not found': REASONS.dagActions,
  'GET /api/v2/assets/:asset_id/dag_action_runs: Successful request': REASONS.dagActions,
  "GET /api/v2/assets/:asset_id/dag_action_runs: If user does not have 'ACTIONS_VIEW' permission": REASONS.dagActions,
  'GET /api/v2/assets/:asset_id/dag_action_runs: If :asset_id is not found': REASONS.dagActions,
};
