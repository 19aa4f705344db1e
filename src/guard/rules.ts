/** The guard's rules: what `allow` can name. Those from `own-key` on warn, all others refuse. */
export const guardRules = [
  'vcs',
  'env-file',
  'key-file',
  'credential-file',
  'database',
  'private-key',
  'aws-key',
  'github-token',
  'gitlab-token',
  'slack-token',
  'stripe-key',
  'npm-token',
  'google-service-account',
  'ai-key',
  'sendgrid-key',
  'pypi-token',
  'shopify-token',
  'own-secret',
  'own-key',
  'source-map',
  'unbuilt-source',
  'dependency-folder',
  'private-file',
] as const;

export type GuardRule = (typeof guardRules)[number];
