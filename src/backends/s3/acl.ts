/** Which ACL a put sends, and whether the store has turned out to take none. */
export interface AclChoice {
  /** The ACL to send now; undefined for none. */
  current(visibility: 'public' | 'private'): string | undefined;
  /** Called when a put without the ACL was proved after one with it was refused. */
  drop(): void;
  readonly droppable: boolean;
}

/** 'auto' means public-read until the store has shown that it takes no ACLs; it never comes back then. */
export function createAclChoice(acl: string): AclChoice {
  let dropped = acl === 'none';
  return {
    current: (visibility) => {
      if (dropped) return undefined;
      if (visibility === 'private') return 'private';
      return acl === 'auto' ? 'public-read' : acl;
    },
    drop: () => {
      dropped = true;
    },
    droppable: acl === 'auto',
  };
}
