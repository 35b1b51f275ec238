import { DOWNLOAD_CODES, describeDownloadFault } from '../../src/domain/download-fault';
import { parseAllowList } from '../../src/outbound/allow-list';
import { judgeUrl } from '../../src/outbound/judge-url';
import { createOutboundPolicy, DEFAULT_OUTBOUND_PORTS } from '../../src/outbound/policy';
import { URL_TABLE } from './url-table';

const policy = policyWith([]);

function policyWith(allow: readonly string[], ports = DEFAULT_OUTBOUND_PORTS) {
  return createOutboundPolicy({ ports, allow: parseAllowList(allow) });
}

function codeOf(text: unknown, by = policy): string {
  const verdict = judgeUrl(text, by);
  return verdict.kind === 'allowed' ? 'allowed' : verdict.code;
}

const ROWS = URL_TABLE.flatMap(([code, texts]) => texts.map((text) => [text, code] as const));

it('is asked about more than a hundred and fifty addresses', () => {
  expect(ROWS.length).toBeGreaterThan(150);
});

it.each(ROWS)('%j is %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

it('says of anything that is no absolute http(s) URL just that', () => {
  expect(judgeUrl('ftp://example.com', policy)).toEqual({
    kind: 'refused',
    code: 'url_invalid',
    message: 'not a valid HTTP URL',
  });
});

it('answers the URL to go on with: without a fragment, and without a dot behind the host', () => {
  const verdict = judgeUrl('HTTP://Example.COM.:80/a/../b?q#f', policy);
  expect(verdict.kind === 'allowed' && verdict.url.href).toBe('http://example.com/b?q');
});

it('has a sentence for every code, without a place in it', () => {
  for (const code of DOWNLOAD_CODES) expect(describeDownloadFault(code).message).toMatch(/^[a-z][A-Za-z ,]{8,120}$/);
});

describe('with exceptions', () => {
  it.each([
    ['http://localhost:9000/', ['localhost'], 'allowed'],
    ['http://LOCALHOST.:9000/', ['localhost'], 'allowed'],
    ['http://localhost:9000/', ['localhost:9000'], 'allowed'],
    ['http://localhost:9001/', ['localhost:9000'], 'url_host'],
    ['http://a.localhost/', ['localhost'], 'url_host'],
    ['http://minio:9000/', ['MinIO:9000'], 'allowed'],
    ['http://files.corp:22/', ['files.corp'], 'allowed'],
    ['http://user@files.corp/', ['files.corp'], 'url_userinfo'],
    ['ftp://files.corp/', ['files.corp'], 'url_invalid'],
    ['http://127.0.0.1:4000/', ['127.0.0.1'], 'allowed'],
    ['http://0x7f.1:4000/', ['127.0.0.1'], 'allowed'],
    ['http://127.0.0.1:4000/', ['127.0.0.1:4000'], 'allowed'],
    ['http://127.0.0.1:4001/', ['127.0.0.1:4000'], 'url_address'],
    ['http://127.0.0.2:4000/', ['127.0.0.1'], 'url_address'],
    ['http://localhost:4000/', ['127.0.0.1'], 'url_host'],
    ['http://[::ffff:127.0.0.1]:4000/', ['127.0.0.1'], 'url_address'],
    ['http://[::1]:4000/', ['[::1]:4000'], 'allowed'],
    ['http://[::1]:4000/', ['::1'], 'allowed'],
    ['http://[::2]:4000/', ['::1'], 'url_address'],
    ['http://10.1.2.3:5000/', ['10.0.0.0/8'], 'allowed'],
    ['http://11.1.2.3:5000/', ['10.0.0.0/8'], 'url_port'],
    ['http://192.168.0.255/', ['192.168.0.0/24'], 'allowed'],
    ['http://192.168.1.0/', ['192.168.0.0/24'], 'url_address'],
    ['http://[fd00::7]:5000/', ['fd00::/8'], 'allowed'],
    ['http://[fe80::7]/', ['fd00::/8'], 'url_address'],
    // What a name leads to, and so whether it may have that port, shows when it is looked up.
    ['http://files.example.com:5000/', ['10.0.0.0/8'], 'allowed'],
    ['http://minio:9000/', ['10.0.0.0/8'], 'url_host'],
  ])('%s is, with %j, %s', (text, allow, code) => {
    expect(codeOf(text, policyWith(allow))).toBe(code);
  });

  it('takes other ports when they are listed', () => {
    expect(codeOf('http://example.com:9000/', policyWith([], [9000]))).toBe('allowed');
    expect(codeOf('http://example.com/', policyWith([], [9000]))).toBe('url_port');
  });

  it.each([
    '0.0.0.0/0',
    '10.0.0.0/7',
    '::/0',
    'fc00::/6',
    '10.0.0.0/33',
    'a/8',
    'host/8',
    'http://host',
    'user@host',
    'host:0',
    'host:99999',
    'host:x',
    'a b',
    '.',
    '[::1',
    '::1]:80',
    '*',
  ])('an exception %j is none', (entry) => {
    expect(() => parseAllowList([entry])).toThrow(JSON.stringify(entry));
  });
});
