export interface ClusterOptions {
  /** What the store may hold. It lives in memory, so this is also what it may cost. */
  readonly storeBytes?: number;
}

export interface ClusterPlace {
  readonly dir: string;
  readonly fsid: string;
  readonly monPort: number;
  readonly rgwPort: number;
}

/** The ceph.conf of one monitor, one OSD and one radosgw on 127.0.0.1, all state below `dir`. */
export function cephConf(
  place: ClusterPlace,
  { storeBytes = 4 * 2 ** 30 }: ClusterOptions,
): string {
  const { dir, fsid, monPort, rgwPort } = place;
  return `
[global]
fsid = ${fsid}
mon initial members = a
# Only v2: a second, v1 address would want a second port.
mon host = v2:127.0.0.1:${monPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
ms bind ipv6 = false
# With "none" the monitor and the OSD talk, but radosgw loops on
# "get_initial_auth_request returned -13" and never listens (16.2.15).
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = ${dir}/keyring
run dir = ${dir}/run
admin socket = ${dir}/run/$name.asok
pid file = ${dir}/run/$name.pid
log file = ${dir}/log/$name.log
crash dir = ${dir}/crash
# One copy on one OSD; otherwise every pool waits for two more.
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
# Seven pools of 32 placement groups take seconds to come up; one each is enough here.
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
# A monitor stops by itself where the disk is 95 % full, whatever it needs of it.
mon data avail crit = 1
mon data avail warn = 1
# Every map change waits this long for company: 1 s by default, and a start makes a dozen of them.
paxos propose interval = 0.05
paxos min wait = 0.01

[mon]
mon data = ${dir}/mon
mon cluster log file = ${dir}/log/cluster.log

[osd]
osd data = ${dir}/osd
osd objectstore = memstore
memstore device bytes = ${storeBytes}

[client.rgw]
# Its requests to an OSD that is not up yet are tried again at this interval; by default 5 s.
objecter tick interval = 0.2
rgw data = ${dir}/rgw
rgw frontends = beast endpoint=127.0.0.1:${rgwPort}
# BUCKET.localhost is then a bucket's own host name; a request to 127.0.0.1 stays path style.
rgw dns name = localhost
rgw enable usage log = false
rgw enable quota threads = false
rgw run sync thread = false
rgw thread pool size = 64
# One index shard, never split: a listing is one read, and no resharding answers 503 in between.
rgw override bucket index max shards = 1
rgw dynamic resharding = false
`;
}
