import { parseUrl } from '../domain/parse-url';

/** Where objects are kept: in a folder of this machine, or in a bucket of an S3 service. */
export type ObjectStorePlace = { readonly kind: 'folder'; readonly path: string } | BucketPlace;

export interface BucketPlace {
  readonly kind: 's3';
  readonly bucket: string;
  /** The beginning of the names of all objects; empty, or it ends with `/`. */
  readonly prefix: string;
  /** The address of the service; undefined: that of AWS for the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** The bucket is named in the path, and not in the host name. */
  readonly pathStyle: boolean;
  /** Undefined: those that the SDK finds by itself (profiles, roles of the machine). */
  readonly credentials: BucketCredentials | undefined;
}

export interface BucketCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Thrown for an address that cannot be that of a bucket; the message holds nothing of it. */
export class ObjectStoreUrlError extends Error {
  override readonly name = 'ObjectStoreUrlError';
}

const DEFAULT_REGION = 'us-east-1';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9-]{1,40}$/;
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._=-]*\/)*$/;
const PARAMETERS: ReadonlySet<string> = new Set(['endpoint', 'region', 'path_style']);

/**
 * The bucket that an address such as `s3://bucket/prefix?endpoint=http://host:9000&region=eu-1&path_style=true` names.
 * The region is `us-east-1` by default, and the bucket is named in the path when an endpoint is given.
 * @throws ObjectStoreUrlError
 */
export function parseObjectStoreUrl(text: string): Omit<BucketPlace, 'credentials'> {
  const url = parseUrl(text);
  if (url === null) fail('must be an address such as s3://bucket?endpoint=http://host:9000');
  if (url.protocol !== 's3:') fail('must start with s3://');
  if (url.username !== '' || url.password !== '') fail('must hold no credentials: give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'); // prettier-ignore
  if (!BUCKET.test(url.host)) fail('must name a bucket of 3 to 63 lower-case letters, digits, dots and hyphens');
  const prefix = url.pathname.replace(/^\/+/, '').replace(/([^/])\/*$/, '$1/');
  if (!PREFIX.test(prefix)) fail('must have a prefix of letters, digits and ._=- only');
  for (const [name] of url.searchParams) if (!PARAMETERS.has(name)) fail('may have endpoint, region and path_style after the ? only'); // prettier-ignore
  const endpoint = parseEndpoint(url.searchParams.get('endpoint'));
  const region = url.searchParams.get('region') ?? DEFAULT_REGION;
  if (!REGION.test(region)) fail('must have a region such as eu-central-1');
  return { kind: 's3', bucket: url.host, prefix, endpoint, region, pathStyle: parseFlag(url.searchParams.get('path_style'), endpoint !== undefined) }; // prettier-ignore
}

function parseEndpoint(text: string | null): string | undefined {
  if (text === null) return undefined;
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) fail('must have an http or https address as endpoint');
  if (url.username !== '' || url.password !== '' || url.search !== '') fail('must have an endpoint without credentials and without parameters'); // prettier-ignore
  return url.href.replace(/\/+$/, '');
}

function parseFlag(text: string | null, byDefault: boolean): boolean {
  if (text === null) return byDefault;
  if (text !== 'true' && text !== 'false') fail('must have true or false as path_style');
  return text === 'true';
}

function fail(message: string): never {
  throw new ObjectStoreUrlError(message);
}
