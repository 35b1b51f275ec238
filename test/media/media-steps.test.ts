import { DEFAULT_LIMITS } from '../../src/media/limits';
import { type MediaPool } from '../../src/media/media-pool';
import { type EndedBy, type MediaOutcome } from '../../src/media/media-process';
import { createMediaSteps } from '../../src/media/media-steps';
import { type MediaReply, type MediaTask } from '../../src/media/media-task';

const IDENTIFIED = { contentType: 'image/png', mediaType: 'image' } as const;
const PROBED = { metadata: { exif: {}, iptc: {}, xmp: {}, mediainfo: {} }, width: 1, height: 1, durationSeconds: null, codec: null, note: null }; // prettier-ignore
const PREVIEWS = { made: { small: '/previews/small.webp' }, note: null };

const ended = (by: EndedBy): MediaOutcome => ({ kind: 'ended', by, detail: 'said before its end' });
const reply = (result: unknown): MediaOutcome => ({
  kind: 'reply',
  reply: { ok: true, result } as MediaReply<'probe'>,
});
const faulty = (fault: unknown): MediaOutcome => ({ kind: 'reply', reply: { ok: false, fault, detail: 'why' } as MediaReply<'probe'> }); // prettier-ignore

/** A pool that answers these outcomes, one after the other. */
function poolOf(...outcomes: readonly MediaOutcome[]): MediaPool & { readonly tasks: readonly MediaTask[] } {
  const left = [...outcomes];
  const tasks: MediaTask[] = [];
  return {
    tasks,
    run: async (task) => {
      tasks.push(task);
      const outcome = left.shift();
      if (outcome === undefined) throw new Error(`nobody expected another ${task.kind}`);
      return outcome;
    },
    close: async () => {},
  };
}

function stepsOn(pool: MediaPool): ReturnType<typeof createMediaSteps> {
  return createMediaSteps({ pool, log: { warn: () => {} }, limits: DEFAULT_LIMITS });
}

type Step = 'identify' | 'probe' | 'previews';

async function run(step: Step, pool: MediaPool): Promise<unknown> {
  const tools = stepsOn(pool);
  if (step === 'identify') return await tools.identify('/file');
  return step === 'probe'
    ? await tools.probe('/file', 'image/png')
    : await tools.previews('/file', 'image/png', '/previews');
}

test.each<[Step, EndedBy, string]>([
  ['identify', 'timeout', 'identify_timeout'],
  ['identify', 'memory', 'identify_failed'],
  ['probe', 'timeout', 'probe_timeout'],
  ['probe', 'memory', 'probe_out_of_memory'],
  ['previews', 'timeout', 'preview_timeout'],
  ['previews', 'memory', 'preview_out_of_memory'],
])('%s that we ended for its %s is %s, at once', async (step, by, code) => {
  await expect(run(step, poolOf(ended(by)))).rejects.toMatchObject({ name: 'MediaFault', code });
});

test.each<[Step, string]>([
  ['identify', 'identify_failed'],
  ['probe', 'probe_failed'],
  ['previews', 'preview_failed'],
])('%s in a process that died is tried once more, and is %s when the second dies too', async (step, code) => {
  expect(await run(step, poolOf(ended('crash'), reply(PROBED)))).toEqual(PROBED);
  await expect(run(step, poolOf(ended('crash'), ended('crash')))).rejects.toMatchObject({ code });
});

test('what the process calls a fault of the file is one, and what it does not is none', async () => {
  await expect(run('previews', poolOf(faulty('image_too_large')))).rejects.toMatchObject({ code: 'image_too_large' });
  await expect(run('previews', poolOf(faulty(null)))).rejects.toThrow('the media tools failed: why');
});

test('who gives up is answered with the reason, and who closes with a plain error', async () => {
  const controller = new AbortController();
  controller.abort(new Error('nobody waits'));
  await expect(stepsOn(poolOf(ended('abort'))).identify('/file', controller.signal)).rejects.toThrow('nobody waits');
  await expect(run('identify', poolOf(ended('abort')))).rejects.toThrow('the media tools are closed');
});

test('paths are made absolute before they leave this process', async () => {
  const pool = poolOf(reply(PREVIEWS));
  await stepsOn(pool).previews('file', 'image/png', 'previews');
  expect(pool.tasks).toMatchObject([{ path: `${process.cwd()}/file`, directory: `${process.cwd()}/previews` }]);
});

describe('all in one go', () => {
  test('answers the three results of one task', async () => {
    const result = {
      identified: IDENTIFIED,
      probed: { ok: true, result: PROBED },
      previews: { ok: true, result: PREVIEWS },
    };
    const pool = poolOf(reply(result));
    expect(await stepsOn(pool).examine('/file', '/previews')).toEqual({ identified: IDENTIFIED, probed: PROBED, previews: PREVIEWS }); // prettier-ignore
    expect(pool.tasks).toEqual([{ kind: 'examine', path: '/file', directory: '/previews' }]);
  });

  test('a fault of one part leaves the others', async () => {
    const previews = { ok: false, fault: 'image_too_large', detail: '' };
    const pool = poolOf(reply({ identified: IDENTIFIED, probed: { ok: true, result: PROBED }, previews }));
    expect(await stepsOn(pool).examine('/file', '/previews')).toMatchObject({ probed: PROBED, previews: { code: 'image_too_large' } }); // prettier-ignore
  });

  test('an empty file is thrown', async () => {
    await expect(stepsOn(poolOf(faulty('empty_file'))).examine('/file', '/p')).rejects.toMatchObject({
      code: 'empty_file',
    });
  });

  test.each<EndedBy>(['timeout', 'memory', 'crash'])(
    'after an end by %s the steps are done one by one, so that only one of them is at fault',
    async (by) => {
      const pool = poolOf(ended(by), reply(IDENTIFIED), ended('timeout'), reply(PREVIEWS));
      const examined = await stepsOn(pool).examine('/file', '/previews');
      expect(examined).toMatchObject({ identified: IDENTIFIED, probed: { code: 'probe_timeout' }, previews: PREVIEWS });
      expect(pool.tasks.map(({ kind }) => kind)).toEqual(['examine', 'identify', 'probe', 'previews']);
    },
  );
});
