import { awsWithItsPages, describeS3, otherStores } from '../support/s3-contract.ts';

describeS3('by the SDK', { ...awsWithItsPages, ...otherStores });
describeS3('by the fast path', awsWithItsPages);
