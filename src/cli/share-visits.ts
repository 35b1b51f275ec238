import type { Command } from 'commander';
import { listVisits, type ShareVisit } from '../store/share-reading';
import { explain, type Tool } from './command';
import { shortInstant } from './instant';
import { readWhole } from './option-values';
import { EXAMPLE_SHARE, getShare, withShare } from './share-lookup';
import { withStore } from './session';
import { toTable } from './table';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
/** Of the hash of an address: enough to tell the addresses of one share apart. */
const ADDRESS_DIGITS = 12;

/** `share visits`. */
export function addShareVisitsCommand(group: Command, tool: Tool): void {
  const visits = withShare(group.command('visits'))
    .description('List who opened a share and what was downloaded by it, newest first')
    .option('--limit <n>', 'visits at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async (text: string, { limit }: { limit: number }) => {
      const found = await withStore(tool, async (session) => {
        const { id } = await getShare(session, text);
        return listVisits(session.store.db, id, { before: null, limit: limit + 1 });
      });
      const shown = found.slice(0, limit);
      const more = found.length > limit;
      const ending = more ? ['There are more: --limit lists them.'] : ['Instants are UTC.'];
      tool.answer({
        json: { visits: shown.map(toJson), more },
        lines: shown.length === 0 ? ['Nobody has opened it.'] : [...toTable(HEADER, shown.map(toRow)), ...ending],
      });
    });
  explain(visits, {
    notes: ['Addresses are kept as hashes: they can be told apart, and name nobody.'],
    examples: [`share visits ${EXAMPLE_SHARE}`, 'share visits 7 --limit 1000 --json'],
    json: '{"visits": [{"at", "kind": "view" | "download" | "download_all", "asset": <uuid or null>, "address_hash"}, …], "more": true | false}',
  });
}

const HEADER = ['AT', 'KIND', 'ADDRESS', 'ASSET'];

const addressOf = ({ addressHash }: ShareVisit): string => addressHash.toString('hex');

function toJson(visit: ShareVisit) {
  const { at, kind, assetUuid } = visit;
  return { at: at.toISOString(), kind, asset: assetUuid, address_hash: addressOf(visit) };
}

function toRow(visit: ShareVisit): string[] {
  return [shortInstant(visit.at), visit.kind, addressOf(visit).slice(0, ADDRESS_DIGITS), visit.assetUuid ?? '-'];
}
