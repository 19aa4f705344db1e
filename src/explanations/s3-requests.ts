import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { unreachable, partial } = exitCodes;

/** The way to S3, and its answers. */
export const ofS3Requests = {
  S3_DNS: {
    what: 'the host name was not found',
    why: 'The endpoint, the region, the bucket or the proxy is misspelt, or there is no network.',
    fix: 'check the spelling of endpoint, region, bucket and proxy, and the network',
    exit: [unreachable, partial],
  },
  S3_CONNECTION_REFUSED: {
    what: 'the server refused the connection',
    why: 'Nothing listens at that port: the store, or the proxy, is not running, or the port is another.',
    fix: 'check that the server, or the proxy, is running and that the port is right',
    exit: [unreachable, partial],
  },
  S3_UNREACHABLE: {
    what: 'there is no way to the server',
    why: 'The machine has no network, no route, or a firewall in between.',
    fix: 'check the network and the proxy',
    exit: [unreachable, partial],
  },
  S3_TLS: {
    what: 'the TLS certificate is not trusted or does not fit',
    why: 'A store or proxy of your own signs with a CA that this machine does not know, or the certificate has expired or is for another host.',
    fix: 'give the CA that signed it in s3.caFile or NODE_EXTRA_CA_CERTS; an expired or wrong certificate must be replaced on the server',
    exit: [unreachable, partial],
  },
  S3_TLS_PROTOCOL: {
    what: 'the server does not speak TLS as expected',
    why: 'An https:// address leads to a port that speaks plain HTTP.',
    fix: 'check whether the endpoint, or the proxy, wants http:// instead of https://',
    exit: [unreachable, partial],
  },
  S3_PROXY_AUTH: {
    what: 'the proxy wants a user name and a password',
    why: 'HTTPS_PROXY names a proxy without them, or they are wrong.',
    fix: 'put them before the host in the URL of HTTPS_PROXY, with a colon between and an @ after them; or name the host in NO_PROXY',
    exit: [unreachable, partial],
  },
  S3_PROXY_REFUSED: {
    what: 'the proxy lets nothing through',
    why: 'It forbids the host, or cannot reach it itself. What fails with a 5xx was tried again for up to two minutes.',
    fix: 'ask whoever runs the proxy, or name the host in NO_PROXY to go around it',
    exit: [unreachable, partial],
  },
  S3_TIMEOUT: {
    what: 'there was no answer in time',
    why: 'The connection is slow or stalls, or a firewall drops packets. It was tried again for up to two minutes.',
    fix: 'check the endpoint, the network and the proxy; s3.connectTimeout and s3.requestTimeout set how long is waited',
    exit: [unreachable, partial],
  },
  S3_CONNECTION_LOST: {
    what: 'the connection broke off',
    why: 'The network, a proxy or the server cut it. It was tried again for up to two minutes.',
    fix: 'run again; if it stays, a proxy or firewall may be cutting the connection',
    exit: [unreachable, partial],
  },
  S3_THROTTLED: {
    what: 'S3 asks to slow down',
    why: 'More requests than it takes, also by others. It was tried again for up to two minutes, with fewer at once.',
    fix: 'run again later, or with a lower --concurrency: what is stored already is skipped',
    exit: [partial, unreachable],
  },
  S3_SERVER_ERROR: {
    what: 'the server failed',
    why: 'The store, or a proxy before it, answered 5xx. It was tried again for up to two minutes.',
    fix: 'run again: what is stored already is skipped',
    exit: [partial, unreachable],
  },
  S3_BAD_ANSWER: {
    what: 'the answer is not one of S3',
    why: 'The endpoint is something else than a store, or a proxy, a captive portal or a web server answers in its place.',
    fix: 'check that the endpoint is an S3 endpoint, and what stands between',
    exit: [unreachable, partial],
  },
  S3_BAD_LISTING: {
    what: 'the listing of the bucket cannot be trusted',
    why: 'It is cut off, repeats itself or contradicts itself. "Nothing there" is believed only when the store plainly says so.',
    fix: "a proxy or a captive portal may answer in S3's place, or the store's listing is not S3's: set s3.preloadMetadata (AWS_PRELOAD_METADATA) to false to ask for each file",
    exit: [unreachable],
  },
  S3_UNPROVED: {
    what: 'the answer does not prove that the bytes arrived',
    why: 'It has no ETag, or one (or a checksum) of other bytes. A 200 alone is no success: proxies say that too.',
    fix: "a proxy or a captive portal may answer in S3's place: check the endpoint and the proxy, then run again",
    exit: [partial],
  },
  S3_BAD_DIGEST: {
    what: 'the bytes that arrived are not those that were sent',
    why: 'The store compared them with their checksum and refused them; or an object that was read is not the one that was stored.',
    fix: 'something on the way changes them, often a proxy; run again, or go around it with NO_PROXY',
    exit: [partial, unreachable],
  },
  S3_INVALID_ARGUMENT: {
    what: "the store refused the request's arguments",
    why: 'A storage class, an encryption, a tag or another header is not one that this store takes.',
    fix: 'check storage class, encryption, tags and other headers in the configuration against what the store takes',
    exit: [partial, unreachable],
  },
  S3_NOT_IMPLEMENTED: {
    what: 'the store does not know a part of the request',
    why: 'It takes fewer features of S3 than the configuration asks for.',
    fix: 'check storage class, encryption, tags and other headers in the configuration against what the store takes',
    exit: [unreachable, partial],
  },
  S3_TOO_LARGE: {
    what: 'the object is larger than the store takes',
    why: 'S3 takes 5 TB for an object; other stores and quotas less.',
    fix: 'leave the file out (ignore), or ask for a higher limit',
    exit: [partial],
  },
  S3_KEY_TOO_LONG: {
    what: 'the key is too long',
    why: 'S3 takes 1,024 bytes, location included; this store takes fewer.',
    fix: 'shorten the path, or s3.location',
    exit: [partial],
  },
  S3_METADATA_TOO_LARGE: {
    what: "the object's metadata is larger than the 2 KB that S3 takes",
    why: 'The x-amz-meta-* headers of all rules that match are added up.',
    fix: 'shorten the x-amz-meta-* headers',
    exit: [partial],
  },
  S3_NO_SUCH_UPLOAD: {
    what: 'the multipart upload is gone',
    why: 'A lifecycle rule or another program aborted it.',
    fix: 'something else aborted it (a lifecycle rule, another run): run again',
    exit: [partial],
  },
  S3_NOT_FOUND: {
    what: 'there is no such object',
    why: 'The answer to a look-up. A deploy takes it for "not there yet", so that it is seldom seen.',
    fix: 'run collect-static to store it',
    exit: [unreachable],
  },
  S3_UNEXPECTED: {
    what: 'S3 answered something that collect-static does not know',
    why: 'A store with error codes of its own, or a new one of AWS; the message repeats it.',
    fix: 'if running again does not help, report it with this message',
    exit: [partial, unreachable],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;
