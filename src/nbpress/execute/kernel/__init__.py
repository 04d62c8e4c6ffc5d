"""One page in one kernel: where kernels come from, what they are seen to read, what comes out of them."""
