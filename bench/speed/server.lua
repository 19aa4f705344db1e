-- A stand-in for S3 that costs far less per request than any client does: what is measured in front of it is the
-- client. It takes every signature for good, and keeps no bodies but of names that tools read back.
-- All of it lives in the one process of nginx, in plain tables.
local ffi = require 'ffi'
ffi.cdef [[
typedef struct { unsigned char room[256]; } MD5;
int MD5_Init(MD5 *state);
int MD5_Update(MD5 *state, const void *data, size_t length);
int MD5_Final(unsigned char *digest, MD5 *state);
]]

local M = {}
local small = 65536
-- name → { objects = { key → object }, sorted = keys in order, added = keys since then }
local buckets = {}
local uploads, begun = {}, 0
local counts = {}

local function hex(bytes)
  return (bytes:gsub('.', function(c) return string.format('%02x', c:byte()) end))
end

local function unhex(text)
  return (text:gsub('%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

local function escape(text)
  return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'))
end

local function unescape(text)
  return (text:gsub('&lt;', '<'):gsub('&gt;', '>'):gsub('&quot;', '"'):gsub('&#(%d+);', function(n)
    return string.char(tonumber(n))
  end):gsub('&amp;', '&'))
end

local function percent(text)
  return (text:gsub('[^%w%-%._~/]', function(c) return string.format('%%%02X', c:byte()) end))
end

local function count(operation)
  counts[operation] = (counts[operation] or 0) + 1
end

local function bucket_of(name)
  local bucket = buckets[name]
  if not bucket then
    bucket = { objects = {}, sorted = {}, added = {} }
    buckets[name] = bucket
  end
  return bucket
end

local function keep(bucket, key, object)
  if not bucket.objects[key] then bucket.added[#bucket.added + 1] = key end
  bucket.objects[key] = object
end

-- The keys in order: new ones are merged in when somebody asks, and gone ones left out.
local function keys_of(bucket)
  local sorted, added, objects = bucket.sorted, bucket.added, bucket.objects
  if #added == 0 then return sorted end
  table.sort(added)
  local merged, i, j, last = {}, 1, 1, nil
  while i <= #sorted or j <= #added do
    local key
    if j > #added or (i <= #sorted and sorted[i] <= added[j]) then
      key, i = sorted[i], i + 1
    else
      key, j = added[j], j + 1
    end
    if key ~= last and objects[key] then merged[#merged + 1] = key end
    last = key
  end
  bucket.sorted, bucket.added = merged, {}
  return merged
end

local function whole_body()
  ngx.req.read_body()
  local data = ngx.req.get_body_data()
  if data then return data end
  local name = ngx.req.get_body_file()
  if not name then return '' end
  local file = io.open(name, 'rb')
  data = file:read('*a')
  file:close()
  return data
end

-- What is inside of `length[;signature]CRLF bytes CRLF … 0`.
local function unframe(body)
  local pieces, at = {}, 1
  while true do
    local _, stop, length = body:find('^(%x+)[^\r\n]*\r\n', at)
    local size = length and tonumber(length, 16) or 0
    if size == 0 then return table.concat(pieces) end
    pieces[#pieces + 1] = body:sub(stop + 1, stop + size)
    at = stop + size + 3
  end
end

-- Takes the body as it comes. Its digest is computed where the client did not send it along.
local function drain(length, digest)
  local socket = ngx.req.socket()
  socket:settimeout(600000)
  local state
  if not digest then
    state = ffi.new('MD5')
    ffi.C.MD5_Init(state)
  end
  local left = length
  while left > 0 do
    local data = socket:receiveany(262144)
    if not data then return ngx.exit(499) end
    if state then ffi.C.MD5_Update(state, data, #data) end
    left = left - #data
  end
  if digest then return digest end
  local out = ffi.new('unsigned char[16]')
  ffi.C.MD5_Final(out, state)
  return hex(ffi.string(out, 16))
end

-- Resolves to size, MD5 in hex, and the bytes where there are few of them, or all are wanted.
local function receive(head, is_part, all)
  local length = tonumber(head['content-length'])
  local framed = (head['content-encoding'] or ''):find('aws-chunked', 1, true)
    or (head['x-amz-content-sha256'] or ''):find('^STREAMING')
  if framed or all or not length or length <= small then
    local body = whole_body()
    if framed then body = unframe(body) end
    return #body, ngx.md5(body), (all or #body <= small) and body or nil
  end
  -- Of a part, a digest that came along is believed: S3 computes it on machines of its own, and not on the client's.
  local digest = is_part and head['content-md5'] and hex(ngx.decode_base64(head['content-md5']))
  -- Who sends another digest compares that one, and takes any ETag for a part.
  local other = (head['x-amz-content-sha256'] or ''):match('^%x+$') or head['x-amz-checksum-crc32']
    or head['x-amz-checksum-crc64nvme']
  if is_part and not digest and other then digest = ngx.md5(tostring(other)) end
  return length, drain(length, digest)
end

local kept_headers = { 'content-type', 'cache-control', 'content-encoding', 'content-disposition' }

local function headers_from(head)
  local headers = {}
  for _, name in ipairs(kept_headers) do headers[name] = head[name] end
  for name, value in pairs(head) do
    if name:sub(1, 11) == 'x-amz-meta-' then headers[name] = value end
  end
  return headers
end

local function xml(body)
  local text = '<?xml version="1.0" encoding="UTF-8"?>\n' .. body
  ngx.header['Content-Type'] = 'application/xml'
  ngx.header['Content-Length'] = #text
  ngx.print(text)
end

local function fail(status, code)
  ngx.status = status
  if ngx.req.get_method() == 'HEAD' then
    ngx.header['Content-Length'] = 0
    return ngx.send_headers()
  end
  xml('<Error><Code>' .. code .. '</Code><Message>' .. code .. '</Message></Error>')
end

local function empty(status)
  ngx.status = status
  ngx.header['Content-Length'] = 0
  ngx.send_headers()
end

local function iso(time)
  return os.date('!%Y-%m-%dT%H:%M:%S.000Z', time)
end

local space = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

local function is_met(head, held)
  local none, same = head['if-none-match'], head['if-match']
  if none and held then return false end
  return not same or (held ~= nil and same:gsub('"', '') == held.etag)
end

local function copy(bucket, key, head, from)
  local name, source = ngx.unescape_uri(from):match('^/?([^/]+)/(.+)$')
  local held = name and bucket_of(name).objects[source]
  if not held then return fail(404, 'NoSuchKey') end
  local replaces = head['x-amz-metadata-directive'] == 'REPLACE'
  local headers = replaces and headers_from(head) or held.headers
  keep(bucket, key, { size = held.size, etag = held.etag, time = ngx.time(), headers = headers, body = held.body })
  xml('<CopyObjectResult' .. space .. '><ETag>&quot;' .. held.etag .. '&quot;</ETag><LastModified>'
    .. iso(ngx.time()) .. '</LastModified></CopyObjectResult>')
end

local function is_read_back(key)
  return key:find('.collect-static', 1, true) or key:find('staticfiles.json', 1, true)
end

local function put(bucket, key, head, args, rtt)
  local part = tonumber(args.partNumber)
  local reads_back = is_read_back(key)
  local size, etag, body = receive(head, part ~= nil, reads_back)
  if rtt > 0 then ngx.sleep(rtt) end
  -- nginx would answer to them as for a page.
  ngx.req.clear_header('If-Match')
  ngx.req.clear_header('If-None-Match')
  if not is_met(head, bucket.objects[key]) then return fail(412, 'PreconditionFailed') end
  if head['x-amz-copy-source'] then return copy(bucket, key, head, head['x-amz-copy-source']) end
  if part then
    local upload = uploads[args.uploadId]
    if not upload then return fail(404, 'NoSuchUpload') end
    upload.parts[part] = { size = size, etag = etag }
  elseif not args.acl and not args.tagging then
    local kept = reads_back and body or nil
    keep(bucket, key, { size = size, etag = etag, time = ngx.time(), headers = headers_from(head), body = kept })
  end
  ngx.header['ETag'] = '"' .. etag .. '"'
  empty(200)
end

local function begin(bucket_name, key, head)
  begun = begun + 1
  local id = 'upload' .. begun
  uploads[id] = { headers = headers_from(head), parts = {} }
  xml('<InitiateMultipartUploadResult' .. space .. '><Bucket>' .. bucket_name .. '</Bucket><Key>' .. escape(key)
    .. '</Key><UploadId>' .. id .. '</UploadId></InitiateMultipartUploadResult>')
end

local function complete(bucket_name, key, id, body)
  local upload = uploads[id]
  if not upload then return fail(404, 'NoSuchUpload') end
  local size, sums = 0, {}
  for number in body:gmatch('<PartNumber>(%d+)</PartNumber>') do
    local part = upload.parts[tonumber(number)]
    if not part then return fail(400, 'InvalidPart') end
    size = size + part.size
    sums[#sums + 1] = unhex(part.etag)
  end
  local etag = ngx.md5(table.concat(sums)) .. '-' .. #sums
  uploads[id] = nil
  keep(bucket_of(bucket_name), key, { size = size, etag = etag, time = ngx.time(), headers = upload.headers })
  xml('<CompleteMultipartUploadResult' .. space .. '><Bucket>' .. bucket_name .. '</Bucket><Key>' .. escape(key)
    .. '</Key><ETag>&quot;' .. etag .. '&quot;</ETag></CompleteMultipartUploadResult>')
end

local function delete_many(bucket, body)
  local deleted = {}
  for key in body:gmatch('<Key>(.-)</Key>') do
    bucket.objects[unescape(key)] = nil
    deleted[#deleted + 1] = '<Deleted><Key>' .. key .. '</Key></Deleted>'
  end
  xml('<DeleteResult' .. space .. '>' .. table.concat(deleted) .. '</DeleteResult>')
end

local function read(key, object, with_body)
  if not object then return fail(404, 'NoSuchKey') end
  for name, value in pairs(object.headers) do ngx.header[name] = value end
  ngx.header['ETag'] = '"' .. object.etag .. '"'
  ngx.header['Last-Modified'] = ngx.http_time(object.time)
  ngx.header['Content-Length'] = object.size
  ngx.status = 200
  ngx.send_headers()
  if not with_body then return end
  if object.body then return ngx.print(object.body) end
  local left, zeros = object.size, string.rep('\0', small)
  while left > 0 do
    ngx.print(left >= small and zeros or zeros:sub(1, left))
    -- In one go it would keep all others waiting, though whoever asked has gone.
    if not ngx.flush(true) then return end
    left = left - small
  end
end

-- The place of the first key that is not before this one.
local function place_of(keys, key)
  local low, high = 1, #keys + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if keys[middle] < key then low = middle + 1 else high = middle end
  end
  return low
end

local function list(name, args)
  local function arg(key)
    return type(args[key]) == 'string' and args[key] ~= '' and args[key] or nil
  end
  local bucket, prefix, delimiter = bucket_of(name), arg('prefix') or '', arg('delimiter')
  local after = arg('continuation-token') or arg('start-after') or arg('marker')
  local most = math.min(tonumber(arg('max-keys') or 1000), 1000)
  local show = arg('encoding-type') == 'url' and percent or escape
  local keys, out, last, cut = keys_of(bucket), {}, nil, false
  local at = place_of(keys, (after and after > prefix) and after or prefix)
  local shown = 0
  while at <= #keys do
    local key = keys[at]
    if key:sub(1, #prefix) ~= prefix then break end
    local object = bucket.objects[key]
    local stop = delimiter and key:find(delimiter, #prefix + 1, true)
    local folder = stop and key:sub(1, stop)
    local skipped = not object or (after and key <= after)
      or (folder and (folder == last or (after and after:sub(1, #folder) == folder)))
    if not skipped then
      if shown == most then cut = true break end
      if folder then
        out[#out + 1] = '<CommonPrefixes><Prefix>' .. show(folder) .. '</Prefix></CommonPrefixes>'
      else
        out[#out + 1] = '<Contents><Key>' .. show(key) .. '</Key><LastModified>' .. iso(object.time)
          .. '</LastModified><ETag>&quot;' .. object.etag .. '&quot;</ETag><Size>' .. object.size
          .. '</Size><StorageClass>STANDARD</StorageClass></Contents>'
      end
      shown, last = shown + 1, folder or key
    end
    at = at + 1
  end
  local v2 = args['list-type'] == '2'
  local next_page = v2 and 'NextContinuationToken' or 'NextMarker'
  xml('<ListBucketResult' .. space .. '><Name>' .. name .. '</Name><Prefix>' .. show(prefix) .. '</Prefix><MaxKeys>'
    .. most .. '</MaxKeys>' .. (v2 and '<KeyCount>' .. shown .. '</KeyCount>' or '<Marker></Marker>')
    .. (delimiter and '<Delimiter>' .. show(delimiter) .. '</Delimiter>' or '')
    .. (show == percent and '<EncodingType>url</EncodingType>' or '')
    .. '<IsTruncated>' .. tostring(cut) .. '</IsTruncated>'
    .. (cut and '<' .. next_page .. '>' .. show(last) .. '</' .. next_page .. '>' or '')
    .. table.concat(out) .. '</ListBucketResult>')
end

local function about_bucket(name, method, args)
  if method == 'PUT' or method == 'HEAD' then
    count(method .. ' bucket')
    ngx.header['x-amz-bucket-region'] = 'us-east-1'
    return empty(200)
  end
  if args.location then
    count('GET bucket')
    return xml('<LocationConstraint' .. space .. '/>')
  end
  if args.uploads then
    count('LIST')
    return xml('<ListMultipartUploadsResult' .. space .. '><Bucket>' .. name
      .. '</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>')
  end
  count('LIST')
  list(name, args)
end

-- A new connection has cost a round trip before its first request arrives, and a handshake of TLS 1.3 another one: what
-- is left of them where the request comes sooner.
local function travel(rtt, head)
  if rtt == 0 then return end
  if ngx.var.connection_requests == '1' then
    local left = (ngx.var.https == 'on' and 2 * rtt or rtt) - tonumber(ngx.var.connection_time)
    if left > 0 then ngx.sleep(left) end
  end
  -- The client waits for a word before it sends the body.
  if head['expect'] then ngx.sleep(rtt) end
end

function M.serve(rtt)
  local method, args = ngx.req.get_method(), ngx.req.get_uri_args(50)
  local head = ngx.req.get_headers(0)
  local name, key = ngx.var.uri:match('^/([^/]+)/?(.*)$')
  ngx.header['x-amz-request-id'] = 'bench'
  travel(rtt, head)
  if method == 'PUT' and key ~= '' then
    count(head['x-amz-copy-source'] and 'COPY' or args.partNumber and 'PUT part' or 'PUT')
    return put(bucket_of(name), key, head, args, rtt)
  end
  local body = whole_body()
  if rtt > 0 then ngx.sleep(rtt) end
  if not name then
    count('LIST')
    return xml('<ListAllMyBucketsResult' .. space .. '><Buckets></Buckets></ListAllMyBucketsResult>')
  end
  local bucket = bucket_of(name)
  if method == 'POST' then
    count(args['delete'] and 'DELETE' or 'POST')
    if args.uploads then return begin(name, key, head) end
    if args.uploadId then return complete(name, key, args.uploadId, body) end
    return delete_many(bucket, body)
  end
  if key == '' then return about_bucket(name, method, args) end
  count(method)
  if method == 'DELETE' then
    if args.uploadId then uploads[args.uploadId] = nil else bucket.objects[key] = nil end
    return empty(204)
  end
  if method ~= 'GET' and method ~= 'HEAD' then return fail(405, 'MethodNotAllowed') end
  read(key, bucket.objects[key], method == 'GET')
end

-- For the bench itself, on a port of its own.
function M.control()
  local args, what = ngx.req.get_uri_args(), ngx.var.uri
  local lines = {}
  if what == '/objects' then
    local bucket = bucket_of(args.bucket)
    for _, key in ipairs(keys_of(bucket)) do
      local object = bucket.objects[key]
      if object then lines[#lines + 1] = object.size .. '\t' .. object.etag .. '\t' .. key .. '\n' end
    end
  elseif what == '/counts' then
    for operation, number in pairs(counts) do lines[#lines + 1] = number .. '\t' .. operation .. '\n' end
    counts = {}
  elseif what == '/copy' then
    local from, to = bucket_of(args.from), { objects = {}, sorted = {}, added = {} }
    for key, object in pairs(from.objects) do keep(to, key, object) end
    keys_of(to)
    buckets[args.to] = to
  elseif what == '/drop' then
    buckets[args.bucket] = nil
    collectgarbage()
  end
  ngx.print(table.concat(lines))
end

return M
