import { DOWNLOAD_CODES, describeDownloadFault } from '../../src/domain/download-fault';
import { parseAllowList } from '../../src/outbound/allow-list';
import { judgeUrl } from '../../src/outbound/judge-url';
import { createOutboundPolicy, DEFAULT_OUTBOUND_PORTS } from '../../src/outbound/policy';

const policy = policyWith([]);

function policyWith(allow: readonly string[], ports = DEFAULT_OUTBOUND_PORTS) {
  return createOutboundPolicy({ ports, allow: parseAllowList(allow) });
}

function codeOf(text: unknown, by = policy): string {
  const verdict = judgeUrl(text, by);
  return verdict.kind === 'allowed' ? 'allowed' : verdict.code;
}

const PUBLIC = [
  'http://example.com',
  'https://example.com/a/b.jpg?x=1&y=2#part',
  'HTTPS://EXAMPLE.COM/',
  'http://example.com:80/',
  'https://example.com:443/',
  'http://example.com:8080/',
  'https://example.com:8443/',
  'http://example.com:443/',
  'http://example.com:00080/',
  'http://example.com:/',
  'http://example.com./',
  'http://EXAMPLE.com。/',
  'http://a_b.example.com/',
  'http://xn--bcher-kva.example/',
  'http://bücher.example/größe.jpg',
  'http://ⓔxample.com/',
  'http://example.com/a%20b',
  'http://example.com/a%00b',
  'http://example.com/@me',
  'http://example.com/?to=me@example.org',
  'http://example.com?x=http://127.0.0.1/',
  'http://localhost.example.com/',
  'http://internal.example.com/',
  'http://127.0.0.1.example.com/',
  'http://plan.example/',
  'http://notlocal.example.local.example/',
  'http://8.8.8.8/',
  'http://134744072/',
  'http://0x08080808/',
  'http://1.1.1.1:8443/',
  'http://[2606:4700:4700::1111]/',
  'https://[2a00:1450:4001:81b::200e]:8443/x',
  `http://${'a'.repeat(63)}.example.com/`,
  `http://example.com/${'a'.repeat(2_048 - 'http://example.com/'.length)}`,
];

const NOT_HTTP: readonly unknown[] = [
  '',
  ' ',
  'example.com',
  '//example.com/a',
  '/a/b',
  'a.jpg',
  'ftp://example.com/a',
  'file:///etc/passwd',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  'gopher://example.com:70/_x',
  'blob:http://example.com/1',
  'ws://example.com/',
  'jar:http://example.com!/',
  'dict://example.com:11211/stats',
  'ldap://example.com/',
  'view-source:http://example.com/',
  'http:',
  'http:/',
  'http://',
  'http:///example.com/',
  'http:/example.com/',
  'http:example.com/',
  'http://?x',
  'http://#x',
  'http:\\\\example.com\\',
  'http://example.com\\@127.0.0.1/',
  'http://example.com/\\',
  ' http://example.com/',
  'http://example.com/ ',
  'http://example.com/a b',
  'ht\ttp://example.com/',
  'http://exa\nmple.com/',
  'http://example.com/\r\nHost: 127.0.0.1',
  'http://example.com/\0',
  'http://example.com/\x7f',
  'http://example.com/\x85',
  'http://example.com/\u00a0',
  'http://example.com/\u2028',
  'http://example.com/\u3000',
  '\ufeffhttp://example.com/',
  'http://example.com/\ud800',
  'http://\udfff.example.com/',
  'http://exa mple.com/',
  'http://exa%00mple.com/',
  'http://exa%20mple.com/',
  'http://exa<mple.com/',
  'http://exa^mple.com/',
  'http://example.com:99999/',
  'http://example.com:port/',
  'http://example.com:-1/',
  'http://256.1.1.1/',
  'http://1.2.3.4.5/',
  'http://09.0.0.1/',
  'http://0x1.0x2.0x3.0x4.0x5/',
  'http://4294967296/',
  'http://[::1/',
  'http://[::1%25eth0]/',
  'http://[fe80::1%eth0]/',
  'http://[1:2:3]/',
  'http://[::ffff:1.2.3.256]/',
  'http://xn--/',
  `http://example.com/${'a'.repeat(2_049 - 'http://example.com/'.length)}`,
  `http://example.com/${'ü'.repeat(1_020)}`,
  null,
  undefined,
  42,
  {},
  ['http://example.com/'],
];

const WITH_USER = [
  'http://user@example.com/',
  'http://user:password@example.com/',
  'http://:password@example.com/',
  'http://@example.com/',
  'http://:@example.com/',
  'http://user%40example.org@example.com/',
  'http://example.com@127.0.0.1/',
  'http://example.com:80@127.0.0.1:80/',
  'https://169.254.169.254@example.com/',
];

const BAD_PORTS = [
  1, 21, 22, 25, 53, 81, 111, 389, 2049, 2375, 3000, 3306, 5432, 6379, 7233, 8000, 8081, 9200, 11211, 65535, 0,
]
  .map((port) => `http://example.com:${String(port)}/`)
  .concat('https://8.8.8.8:22/', 'http://[2606:4700::1]:6379/');

const BAD_HOSTS = [
  'http://localhost/',
  'http://LOCALHOST:8080/',
  'http://localhost./',
  'http://%6c%6f%63alhost/',
  'http://ｌocalhost/',
  'http://a.localhost/',
  'http://localhost.localdomain/',
  'http://intranet/',
  'http://postgres:8080/',
  'http://metadata/',
  'http://instance-data/',
  'http://metadata.google.internal/',
  'http://metadata.google.internal./',
  'http://METADATA.GOOG/',
  'http://metadata.tencentyun.com/',
  'http://instance-data.ec2.internal/',
  'http://printer.local/',
  'http://nas.lan/',
  'http://router.home.arpa/',
  'http://router.home/',
  'http://wiki.corp/',
  'http://wiki.intranet/',
  'http://db.private/',
  'http://kubernetes.default.svc.cluster.local/',
  'http://expyuzz4wqqyqhjn.onion/',
  'http://example.com../',
  'http://.example.com/',
  'http://a..b.com/',
  'http://./',
  'http://exa;mple.com/',
  'http://exa,mple.com/',
  'http://$(id).example.com/',
  'http://a&b.example.com/',
  "http://a'b.example.com/",
  'http://a*b.example.com/',
  'http://a!b.example.com/',
  `http://${'a'.repeat(64)}.example.com/`,
  `http://${'a.'.repeat(126)}example.com/`,
];

const BAD_ADDRESSES = [
  // Every way in which the parser reads 127.0.0.1 …
  'http://127.0.0.1/',
  'http://127.0.0.1./',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0x7f.1/',
  'http://0177.0.0.01/',
  'http://０x7f.1/',
  'http://１２７.0.0.1/',
  'http://①②⑦.0.0.1/',
  'http://127。0。0。1/',
  'http://%31%32%37.0.0.1/',
  // … and others that lead inside.
  'http://0/',
  'http://0.0.0.0/',
  'http://10.1/',
  'http://192.168.1.1/',
  'http://172.16.0.1:8080/',
  'http://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://169.254.170.2/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://255.255.255.255/',
  'http://224.0.0.1/',
  'http://[::]/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b::8.8.8.8]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:808:808::1]/',
  'http://[2001:0:53aa:64c:0:fbff:80ff:fffe]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[4000::1]/',
  'http://[5f00::1]/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
];

const TABLE: readonly (readonly [string, readonly unknown[]])[] = [
  ['allowed', PUBLIC],
  ['url_invalid', NOT_HTTP],
  ['url_userinfo', WITH_USER],
  ['url_port', BAD_PORTS],
  ['url_host', BAD_HOSTS],
  ['url_address', BAD_ADDRESSES],
];
const ROWS = TABLE.flatMap(([code, texts]) => texts.map((text) => [text, code] as const));

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
