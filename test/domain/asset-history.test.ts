import { type HistoryLine, toHistoryTargets } from '../../src/domain/asset-history';
import { HISTORY_EVENT_TYPES, type HistoryKind } from '../../src/domain/history';

const thing = (id: string) => ({ id, uuid: null, title: `Thing ${id}` });
const asset = thing('1');
const project = thing('2');
const from = thing('3');
const to = thing('4');
const collection = thing('5');

function targetsOf(kind: HistoryKind, more: Partial<HistoryLine>): unknown[] {
  const at = new Date(0);
  const line = {
    id: '9',
    actorId: null,
    at,
    asset,
    project: null,
    from: null,
    to: null,
    collection: null,
    details: null,
  };
  return toHistoryTargets({ ...line, kind, ...more }).map((target) =>
    'thing' in target ? `${target.type} ${target.thing.id}` : target,
  );
}

it.each<[HistoryKind, Partial<HistoryLine>, unknown[]]>([
  ['added', { project }, []],
  ['moved', { project, from, to }, ['Folder 3', 'Folder 4']],
  ['moved', { project, to }, ['Project 2', 'Folder 4']],
  ['moved', { project, from }, ['Folder 3', 'Project 2']],
  ['restored', { project, from: to, to }, ['Folder 4']],
  ['restored', { project, from }, ['Folder 3', 'Project 2']],
  ['restored', { from }, ['Folder 3']],
  ['restored', { project }, []],
  ['assigned', { project, from }, ['Project 2']],
  ['unassigned', { project }, ['Project 2']],
  ['commented', { project, details: { comment_id: 7 } }, [{ type: 'Comment', id: 7 }]],
  ['comment_deleted', { details: null }, []],
  ['collected', { collection }, ['Collection 5']],
  ['uncollected', {}, []],
  [
    'media_removed',
    { details: { media: [{ id: 8, filename: 'a.png' }] } },
    [{ type: 'Media', id: 8, filename: 'a.png' }],
  ],
  ['media_added', {}, []],
  ['share_created', { details: { share: { id: 9, uuid: 'u', name: null } } }, [{ type: 'Share', id: 9 }]],
  ['share_expired', {}, []],
  ['review_answered', { details: { review: { id: 4, approver: 2, answer: 'approved' } } }, [{ type: 'Review', id: 4 }]],
  ['reviewer_lost', {}, []],
])('an entry of kind %s names the asset and what else it is about (%#)', (kind, more, further) => {
  expect(targetsOf(kind, more)).toEqual(['Asset 1', ...further]);
});

it.each(Object.keys(HISTORY_EVENT_TYPES) as HistoryKind[])('an entry of kind %s always names the asset', (kind) => {
  expect(targetsOf(kind, {})).toEqual(['Asset 1']);
});
