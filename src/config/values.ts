import { nameProblem } from '../keys.ts';

// What is wrong with a single value. Each answer completes the sentence "<key> …"; undefined: nothing is.

/** Line breaks end headers and lines of a log, escapes move a terminal's cursor: no value needs them. */
export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

export function controlProblem(text: string): string | undefined {
  return hasControl(text)
    ? 'must not contain a line break or another control character'
    : undefined;
}

export function bucketProblem(bucket: string): string | undefined {
  if (bucket === '') return 'must not be empty';
  if (/^s3:\/\//i.test(bucket)) return 'must be the bare name of the bucket, without s3://';
  if (/[A-Z]/.test(bucket)) return 'must be lower case: bucket names are';
  if (bucket.includes('/'))
    return 'must not contain a slash; what follows it belongs in s3.location';
  if (bucket.length < 3 || bucket.length > 63)
    return 'is no bucket name: it must have 3 to 63 characters';
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(bucket) || bucket.includes('..')) {
    return 'is no bucket name: it must consist of lower-case letters, digits, dots and hyphens, and begin and end with a letter or digit';
  }
  if (/^\d+\.\d+\.\d+\.\d+$/.test(bucket))
    return 'is no bucket name: it must not look like an IP address';
  return undefined;
}

export function locationProblem(location: string): string | undefined {
  if (location === '') return undefined;
  const problem = nameProblem(withoutTrailingSlash(location));
  return problem === undefined
    ? undefined
    : `is no location: ${problem}; write it like "static/v2"`;
}

export function prefixProblem(prefix: string): string | undefined {
  if (prefix === '') return undefined;
  const problem = nameProblem(withoutTrailingSlash(prefix));
  return problem === undefined ? undefined : `is no prefix: ${problem}; write it like "vendor/x"`;
}

/** One slash at the end is a matter of taste and dropped. */
export function withoutTrailingSlash(text: string): string {
  return text.endsWith('/') ? text.slice(0, -1) : text;
}

export function targetNameProblem(name: string): string | undefined {
  if (name === 'static') return 'is the top level itself; write its settings there';
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) {
    return 'is no name for a target: at most 63 lower-case letters, digits, "-" and "_", beginning with a letter';
  }
  return undefined;
}

// The value is not repeated in these messages: an endpoint or domain may carry a password.
export function endpointProblem(endpoint: string): string | undefined {
  if (!/^https?:\/\//i.test(endpoint)) {
    const scheme = /^(localhost|127\.|\[::1\])/.test(endpoint) ? 'http' : 'https';
    const host = /^[\w.-]+(:\d+)?$/.test(endpoint) ? endpoint : 'host';
    return `must be a URL; write "${scheme}://${host}"`;
  }
  if (!URL.canParse(endpoint)) return 'is no valid URL';
  const url = new URL(endpoint);
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user or password; credentials belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  }
  if (/[?#]/.test(endpoint)) return 'must not have a query or fragment';
  if (/\/\/|\/\.\.?(\/|$)|\s/.test(endpoint.slice(endpoint.indexOf('//') + 2))) {
    return 'must not have empty, "." or ".." parts in its path';
  }
  return undefined;
}

export function domainProblem(domain: string): string | undefined {
  if (domain === '') return 'must not be empty';
  const host = domain.replace(/^[a-z]+:?\/\//i, '').replace(/\/.*$/s, '');
  if (!/^[\w.-]+(:\d+)?$/.test(host)) return 'must be a host name such as cdn.example.com';
  return host === domain ? undefined : `must be the bare host name; write "${host}"`;
}

export function urlBaseProblem(base: string): string | undefined {
  if (base === '') return 'must not be empty';
  if (/[?#\s]/.test(base)) return 'must not contain a query, a fragment or blanks';
  if (/^https?:\/\//i.test(base)) return URL.canParse(base) ? undefined : 'is no valid URL';
  if (/^[a-z][a-z0-9+.-]*:/i.test(base))
    return 'must be a path, or a URL that begins with https://';
  const [first = ''] = base.split('/');
  if (first.includes('.'))
    return `must be a path such as "/static/", or a URL; write "https://${base}"`;
  return undefined;
}
