import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config';
import type { JudgeUrl } from '../domain/bulk-ingest';
import type { joinEmbeddedStack } from '../embedded/stack';
import type { ObjectStore } from '../objects/object-store';
import type { ObjectStorePlace } from '../objects/object-store-place';
import type { UrlSeal } from '../store/url-seal';
import type { WebhookSeals } from '../store/webhooks';
import type { Screen } from './screen';

/** What the administrator's tool is built with. */
export interface CliDependencies {
  /** Throws ConfigError; called by a command that needs it, so that help is there with any environment. */
  readonly loadConfig: () => Config;
  readonly joinStack: typeof joinEmbeddedStack;
  readonly openObjects: (place: ObjectStorePlace) => Pick<ObjectStore, 'list' | 'close'>;
  /** What the façade would see of addresses that users give. */
  readonly openAddresses: (config: Config) => Promise<FileAddresses>;
  /** With which receivers verify the webhooks of nodes. */
  readonly loadWebhookSecret: (config: Config) => Promise<string>;
  /** Tells one DATA_SECRET from another without telling either. */
  readonly loadDataSecretPrint: (config: Config) => Promise<string>;
  /** By what addresses and secrets of the webhooks of projects are kept. */
  readonly loadWebhookSeals: (config: Config) => Promise<WebhookSeals>;
  readonly schedules: Schedules;
  /** Of the workflows of this installation. */
  readonly taskQueue: string;
  /** The secret that signs tokens where the configuration has none. */
  readonly loadJwtSecret: (dataDir: string) => Promise<string>;
  readonly issueToken: (request: TokenRequest) => Promise<string>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Writes to standard output: the answer and nothing else. */
  readonly out: (text: string) => void;
  /** The same for much of it: resolves when the reader is ready for more. */
  readonly write: (text: string) => Promise<void>;
  /** Null where standard output goes to a file or another program. */
  readonly screen: Screen | null;
  /** Has something done at Ctrl-C before the process ends, which it does in any case; answers how to take that back. */
  readonly onInterrupt: (leave: () => void) => () => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  readonly log: Logger;
}

export interface Schedules {
  readonly ids: readonly string[];
  readonly apply: (client: Client) => Promise<string[]>;
}

export interface TokenRequest {
  readonly secret: string;
  readonly userUuid: string;
  readonly ttlSeconds: number;
  readonly nowMs: number;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

export interface FileAddresses {
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: UrlSeal;
}
