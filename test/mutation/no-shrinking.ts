import fc from 'fast-check';

// That a mutant fails is all there is to know of it: the smallest input that it fails on would cost minutes.
fc.configureGlobal({ endOnFailure: true });
