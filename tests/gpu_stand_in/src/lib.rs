//! In place of CUDA's libraries, so that tests run Cutout's GPU path where there is no GPU.
