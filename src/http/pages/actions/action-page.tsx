import type { DagInput } from '../../../domain/dag-action';
import type { ListedRun } from '../../../store/dag-run-shown';
import type { ActionVersion } from '../../../store/dag-action-versions';
import type { DagActionRecord } from '../../../store/dag-actions';
import { ASSET_PATHS } from '../assets';
import { Instant } from '../job-parts';
import { renderPage } from '../layout';
import { durationInWords, grouped, instantInWords } from '../wording';
import { INPUT_FIELD, toFieldText } from './action-form';
import { toActionPath } from './action-path';
import { GraphPicture } from './graph-picture';
import type { GraphLayout } from './graph-shape';
import { PictureParts } from './picture-parts';
import { Input } from './run-approvals';
import { NodeHints } from './run-nodes';
import { StatusBadge } from './run-page';
import { plainLines, plainText, toJsonText } from './run-words';

/** A form that was sent and could not be taken, to be mended. */
export interface RefusedStart {
  /** As it was sent. */
  readonly form: Readonly<Record<string, string>>;
  /** By the names of its fields. */
  readonly faults: Readonly<Record<string, string>>;
  /** What is wrong with the whole. */
  readonly message: string | null;
}

export interface ActionPageOptions {
  readonly user: { readonly email: string };
  readonly action: DagActionRecord;
  readonly source: string;
  /** Newest first. */
  readonly versions: readonly ActionVersion[];
  readonly layout: GraphLayout;
  /** That the viewer may see, newest first. */
  readonly runs: readonly ListedRun[];
  readonly mayStart: boolean;
  readonly refused: RefusedStart | null;
  readonly idempotencyKey: string;
}

/** `/actions/:name`: its graph, its nodes, its runs, and the form that starts one. */
export function renderActionPage(options: ActionPageOptions): string {
  const { user, action, source, versions, layout, runs, mayStart } = options;
  const { name, description, category, version, definition } = action;
  const isNewest = versions[0]?.version === version;
  const drawn = definition.nodes.map((node) => ({ node, state: null, attempts: 0 }));
  const body = (
    <article>
      <PictureParts />
      <p class="eyebrow">
        <a href="/actions">Actions</a>
        {category === '' ? null : (
          <>
            {' › '}
            <bdi>{category}</bdi>
          </>
        )}
      </p>
      <div class="heading">
        <h1 tabIndex={-1}>
          <bdi>{name}</bdi>
        </h1>
        <span class="badge">version {version}</span>
      </div>
      {description === '' ? null : (
        <p>
          <bdi>{description}</bdi>
        </p>
      )}
      {isNewest ? null : (
        <p class="notice">
          This is an older version. <a href={toActionPath(action)}>The newest one</a> is version {versions[0]?.version}.
        </p>
      )}
      <section class="card" aria-labelledby="graph-heading">
        <h2 id="graph-heading">Graph</h2>
        <GraphPicture layout={layout} nodes={drawn} title={`Graph of ${name}`} />
      </section>
      {mayStart && isNewest ? <StartForm {...options} /> : null}
      <section class="card" aria-labelledby="runs">
        <h2 id="runs">Runs</h2>
        <Runs runs={runs} />
      </section>
      <section class="card" aria-labelledby="nodes">
        <h2 id="nodes">Nodes</h2>
        <Nodes action={action} />
      </section>
      <section class="card" aria-labelledby="source">
        <h2 id="source">As it was applied</h2>
        <pre class="json source" tabIndex={0} role="region" aria-label={`Source of version ${String(version)}`}>
          <code>{plainLines(source)}</code>
        </pre>
      </section>
      <section class="card" aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <ul class="versions">
          {versions.map((each) => (
            <li key={each.version}>
              {each.version === version ? (
                <strong>Version {each.version}</strong>
              ) : (
                <a href={`${toActionPath(action)}?version=${String(each.version)}`}>Version {each.version}</a>
              )}{' '}
              <span class="hint">
                <Instant iso={each.createdAt.toISOString()} words={instantInWords(each.createdAt.toISOString())} />
                {each.createdBy === null ? '' : `, by ${each.createdBy}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </article>
  );
  return renderPage({
    title: plainText(name),
    user,
    current: 'actions',
    script: ASSET_PATHS.runScript,
    children: body,
  });
}

function StartForm({ action, refused, idempotencyKey }: ActionPageOptions) {
  const { inputs } = action.definition;
  const asset = refused?.form['asset'] ?? '';
  const message = refused?.message ?? null;
  return (
    <section class="card" aria-labelledby="start" id="start-card">
      <h2 id="start">Start it</h2>
      {message === null ? null : (
        <p class="notice bad" role="alert">
          {message}
        </p>
      )}
      <form method="post" action={`${toActionPath(action)}/start`} class="stack start">
        <input type="hidden" name="idempotency_key" value={idempotencyKey} />
        <div class="field">
          <label for="asset">Asset</label>
          <input
            id="asset"
            name="asset"
            required
            maxLength={100}
            spellcheck={false}
            autoComplete="off"
            value={asset}
            aria-invalid={refused?.faults['asset'] === undefined ? undefined : 'true'}
            aria-describedby={refused?.faults['asset'] === undefined ? 'asset-hint' : 'asset-hint asset-fault'}
          />
          <p id="asset-hint" class="hint">
            Its id, uuid or key.
          </p>
          <Fault id="asset-fault" fault={refused?.faults['asset']} />
        </div>
        {Object.entries(inputs).map(([name, input]) => (
          <InputField key={name} name={name} input={input} refused={refused} />
        ))}
        <button class="primary">Start</button>
      </form>
    </section>
  );
}

interface InputFieldProps {
  readonly name: string;
  readonly input: DagInput;
  readonly refused: RefusedStart | null;
}

function InputField({ name, input, refused }: InputFieldProps) {
  const field = INPUT_FIELD + name;
  const fault = refused?.faults[name];
  const isJson = input.type === 'list' || input.type === 'object';
  const hint = [input.description, isJson ? `As JSON: ${input.type === 'list' ? '[…]' : '{…}'}` : undefined]
    .filter((each) => each !== undefined)
    .join(' ');
  const describedBy = [hint === '' ? '' : `${field}-hint`, fault === undefined ? '' : `${field}-fault`]
    .join(' ')
    .trim();
  return (
    <div class="field">
      <label for={field}>
        {name}
        {input.default === undefined ? null : <span class="hint"> optional</span>}
      </label>
      <Input
        field={{ type: input.type === 'list' || input.type === 'object' ? 'string' : input.type }}
        attributes={{
          id: field,
          name: field,
          required: input.default === undefined,
          'aria-invalid': fault === undefined ? undefined : 'true',
          'aria-describedby': describedBy === '' ? undefined : describedBy,
        }}
        value={refused === null ? toFieldText(input) : (refused.form[field] ?? '')}
      />
      {hint === '' ? null : (
        <p id={`${field}-hint`} class="hint">
          <bdi>{hint}</bdi>
        </p>
      )}
      <Fault id={`${field}-fault`} fault={fault} />
    </div>
  );
}

function Fault({ id, fault }: { id: string; fault: string | undefined }) {
  if (fault === undefined) return null;
  return (
    <p id={id} class="notice bad">
      It {fault}.
    </p>
  );
}

function Runs({ runs }: { runs: readonly ListedRun[] }) {
  if (runs.length === 0) return <p class="hint">None that you may see.</p>;
  return (
    <ul class="runs">
      {runs.map(({ id, status, asset, createdAt, finishedAt, createdBy, version }) => {
        const iso = createdAt.toISOString();
        return (
          <li key={id}>
            <a href={`/runs/${id}`}>Run {id}</a>
            <StatusBadge status={status} />
            <span>{asset === null ? 'an asset that is gone' : <bdi>{asset.title}</bdi>}</span>
            <span class="hint">
              {createdBy}, <Instant iso={iso} words={instantInWords(iso)} />
              {finishedAt === null ? '' : `, took ${durationInWords(iso, finishedAt.toISOString())}`}, version {version}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const MAX_WITH = 2_000;

function Nodes({ action }: { action: DagActionRecord }) {
  return (
    <table class="items nodes declared">
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">What it does</th>
        </tr>
      </thead>
      <tbody>
        {action.definition.nodes.map((node) => (
          <tr key={node.id} id={`node-${node.id}`} tabIndex={-1}>
            <th scope="row">
              <code class="node-id">{node.id}</code>
              <NodeHints node={node} />
            </th>
            <td class="outcome">
              {Object.keys(node.with).length === 0 ? null : (
                <pre class="json" tabIndex={0} role="region" aria-label={`Settings of ${node.id}`}>
                  <code>{toJsonText(node.with, MAX_WITH)}</code>
                </pre>
              )}
              {node.retry.maxAttempts === 1 ? null : (
                <p class="hint">Up to {grouped(node.retry.maxAttempts)} attempts</p>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
