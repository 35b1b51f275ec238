// Puts into a fresh Longhaul what its routes are about, over HTTP with the credentials that the requests will have, and
// prints the configuration by which schemathesis mixes the names of it into what it makes up.

const [url, key, project, archive, folderList, shelf] = process.argv.slice(2);
const folders = folderList.split(',');

async function call(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

const times = (count, make) => Array.from({ length: count }, (_, at) => make(at));

/** Ids of the writable project's files: its folders have the first five numbers. */
const files = times(200, (at) => String(folders.length + 1 + at));

const { result } = await call('POST', `/api/p/${project}/assets/bulk/move`, { parent: folders[0], selection: files.slice(0, 3) }); // prettier-ignore

const own = [];
for (const at of times(40, (number) => number)) {
  const { asset } = await call('POST', '/api/v2/assets', { title: `Own ${at}`, tags: ['a'], external_id: `own-${at}` });
  own.push(asset.id);
}

const trashed = [folders.at(-1), ...files.slice(-10), ...own.slice(-10)];
for (const id of trashed) await call('POST', `/api/v2/assets/${id}/trash_bin`);

const comments = [];
for (const at of times(40, (number) => number)) {
  const { comment } = await call('POST', `/api/v2/assets/${shelf}/comments`, { comment: `${at} @fuzz@example.com` });
  comments.push(String(comment.id));
}

// Actions of their own kinds of ends: one that is through at once, one that has failed, and one that waits for a person.
const ACTIONS = {
  Through: [{ id: 'tag', uses: 'update_asset', with: { add_tags: ['through'] } }],
  Failed: [
    { id: 'moves', uses: 'for_each', with: { items: 'inputs.many', node: { uses: 'move', with: { to: '999999' } } } },
  ],
  Waiting: [{ id: 'ask', uses: 'approval', with: { message: 'Go on?', form: { why: { type: 'string' } } } }],
};
const actions = [];
const runs = [];
for (const [name, nodes] of Object.entries(ACTIONS)) {
  const inputs = { many: { type: 'list', default: [1, 2] } };
  const { id } = await call('PUT', `/api/dag_actions/${name}`, { name, inputs, nodes });
  actions.push(String(id), name);
  for (const asset of times(4, () => shelf)) {
    const { dag_action_run: run } = await call('POST', `/api/v2/assets/${asset}/dag_actions/${name}`);
    runs.push(String(run.id));
  }
}

// A comment or a run is met only together with its asset, hence the many times of that one.
const assets = [...times(100, () => shelf), ...files, ...folders, ...own, ...trashed];

// Sync is asked of the one project where something has happened: of the other, a long poll would be waited for in vain.
const list = (values) => `{ values = ${JSON.stringify(values)} }`;
process.stdout.write(`
[parameters]
"path.gid" = { dictionary = "projects", probability = 0.8 }
"path.project_id" = { dictionary = "places", probability = 0.8 }
"path.token" = { dictionary = "jobs", probability = 0.8 }
"path.asset_id" = { dictionary = "assets", probability = 0.9 }
"path.dag_action_id" = { dictionary = "actions", probability = 0.8 }
"path.name" = { dictionary = "actions", probability = 0.5 }
"path.run_id" = { dictionary = "runs", probability = 0.8 }
"path.node" = { dictionary = "nodes", probability = 0.8 }
"path.comment_id" = { dictionary = "comments", probability = 0.8 }
"path.cursor" = { dictionary = "cursors", probability = 0.8 }
"query.project_id" = { dictionary = "places", probability = 0.8 }
"body.to_project_id" = { dictionary = "places", probability = 0.8 }
[generation.dictionaries]
string = { dictionary = "moved", probability = 0.5 }
integer = { dictionary = "numbers", probability = 0.5 }
[dictionaries]
projects = ${list([project])}
places = ${list([project, archive])}
jobs = ${list([result['job.token']])}
assets = ${list(assets)}
actions = ${list(actions)}
runs = ${list(runs)}
nodes = ${list(Object.values(ACTIONS).flatMap((nodes) => nodes.map(({ id }) => id)))}
comments = ${list(comments)}
cursors = ${list(['0', '20', '400'])}
moved = ${list([...folders, '7', '8', '9', '10'])}
numbers = ${list([0, 1, 2, 3, 7, 8, 9])}
`);
