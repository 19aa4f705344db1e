// The other stores by the SDK, too, and pages of a thousand keys are in the bench.
import { aws, describeS3, otherStores } from '../support/s3-contract.ts';

describeS3('by the SDK', aws);
describeS3('by the fast path', { ...aws, ...otherStores });
