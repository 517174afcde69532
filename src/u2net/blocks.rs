//! Weights on a GPU, in as few blocks of its memory as possible.
//!
//! libtorch's allocator takes memory from the driver in segments: of 2 MiB for blocks of up to 1 MiB,
//! of 20 MiB for those below 10 MiB, and of whole multiples of 2 MiB for larger ones. What lies in a
//! segment beside a weight cannot be given back as long as the weight is there. So weights of 10 MiB
//! and more are one block, and fewer are blocks of up to 1 MiB, two to a segment.

use tch::{Device, Kind, Tensor};

/// From here on, a block has segments of its own.
const LARGE_BYTES: i64 = 10 << 20;
/// Up to here, a block shares a segment of 2 MiB.
const SMALL_BYTES: i64 = 1 << 20;
/// Each weight begins at a multiple of this, as blocks of libtorch's do: cuDNN's fastest kernels want
/// to know that.
const ALIGNMENT_BYTES: i64 = 512;

/// Moves weights to a device. Each stays as it is, in its numbers and memory order, and becomes a view
/// of a block; nothing else is allocated there meanwhile.
///
/// # Panics
/// Where libtorch throws, such as out of memory.
pub(super) fn move_to(device: Device, mut weights: Vec<&mut Tensor>) {
    let sizes_bytes: Vec<i64> = weights.iter().map(|weight| bytes(weight)).collect();
    let Plan { blocks_bytes, places } = Plan::new(&sizes_bytes);
    let blocks: Vec<Tensor> =
        blocks_bytes.iter().map(|&bytes| Tensor::empty([bytes], (Kind::Uint8, device))).collect();
    for ((weight, place), length) in weights.iter_mut().zip(places).zip(sizes_bytes) {
        let there = blocks[place.block].narrow(0, place.offset_bytes, length);
        let there = there.view_dtype(weight.kind());
        let mut there = there.as_strided(weight.size(), weight.stride(), None);
        there.copy_(weight);
        **weight = there;
    }
}

fn bytes(tensor: &Tensor) -> i64 {
    (tensor.numel() * tensor.kind().elt_size_in_bytes()) as i64
}

/// Which weight lies where.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    blocks_bytes: Vec<i64>,
    /// Of each weight.
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    block: usize,
    offset_bytes: i64,
}

impl Plan {
    /// The largest first, each into the first block that has room.
    fn new(sizes_bytes: &[i64]) -> Self {
        let aligned =
            |bytes: i64| (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
        let total_bytes: i64 = sizes_bytes.iter().copied().map(aligned).sum();
        let most_bytes = if total_bytes < LARGE_BYTES { SMALL_BYTES } else { total_bytes };
        let mut order: Vec<usize> = (0..sizes_bytes.len()).collect();
        order.sort_by_key(|&weight| std::cmp::Reverse(sizes_bytes[weight]));
        let mut plan =
            Self { blocks_bytes: Vec::new(), places: vec![Place::default(); sizes_bytes.len()] };
        for weight in order {
            let bytes = aligned(sizes_bytes[weight]);
            let has_room = |taken_bytes: &i64| taken_bytes + bytes <= most_bytes;
            let found = plan.blocks_bytes.iter().position(has_room);
            let block = found.unwrap_or_else(|| {
                plan.blocks_bytes.push(0);
                plan.blocks_bytes.len() - 1
            });
            plan.places[weight] = Place { block, offset_bytes: plan.blocks_bytes[block] };
            plan.blocks_bytes[block] += bytes;
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::u2net::{
        Precision,
        config::{Config, FULL, LITE},
    };

    /// Bytes of each weight and bias.
    fn sizes_of(config: &Config, precision: Precision) -> Vec<i64> {
        let element_bytes = precision.kind().elt_size_in_bytes() as i64;
        let values = |shape: &[i64]| shape.iter().product::<i64>() * element_bytes;
        let convolutions = config.convolutions();
        let of = |spec: &crate::u2net::config::ConvSpec| {
            [values(&spec.weight_shape()), values(&[spec.out_channels])]
        };
        convolutions.iter().flat_map(of).collect()
    }

    /// What libtorch's allocator reserves for blocks that are there alone, one after the other.
    fn reserved_bytes(blocks_bytes: &[i64]) -> i64 {
        const PAGE_BYTES: i64 = 2 << 20;
        let small = blocks_bytes.iter().filter(|&&bytes| bytes <= SMALL_BYTES);
        // Two of up to 1 MiB fit into a segment, whatever else.
        let small_segments = (small.count() as i64 + 1) / 2;
        let large = blocks_bytes.iter().filter(|&&bytes| bytes > SMALL_BYTES).map(|&bytes| {
            if bytes < LARGE_BYTES {
                20 << 20
            } else {
                (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES
            }
        });
        small_segments * PAGE_BYTES + large.sum::<i64>()
    }

    #[test]
    fn no_more_pages_are_taken_than_weights_fill() {
        const PAGE_BYTES: i64 = 2 << 20;
        for (config, blocks_in_fp32, blocks_in_half) in [(&FULL, 1, 1), (&LITE, 5, 3)] {
            for precision in Precision::ALL {
                let sizes_bytes = sizes_of(config, precision);
                let blocks_bytes = Plan::new(&sizes_bytes).blocks_bytes;
                let expected = match precision {
                    Precision::Fp32 => blocks_in_fp32,
                    Precision::Fp16 | Precision::Bf16 => blocks_in_half,
                };
                assert_eq!(blocks_bytes.len(), expected, "{} in {precision:?}", config.name);
                let weights_bytes: i64 = sizes_bytes.iter().sum();
                let least = (weights_bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
                assert_eq!(
                    reserved_bytes(&blocks_bytes),
                    least,
                    "{} in {precision:?}",
                    config.name
                );
            }
        }
    }

    #[test]
    fn weights_lie_in_blocks_without_overlap() {
        const MIB: i64 = 1 << 20;
        for sizes_bytes in [
            vec![],
            vec![0, 1, 511, 512, 513],
            vec![MIB, MIB / 2, MIB / 2, 1],
            vec![3 * MIB, 1, MIB],
            vec![4, 11 * MIB, 7],
            vec![700_000; 9],
        ] {
            let Plan { blocks_bytes, places } = Plan::new(&sizes_bytes);
            let mut taken: Vec<_> = places
                .iter()
                .zip(&sizes_bytes)
                .map(|(place, &bytes)| (place.block, place.offset_bytes, bytes))
                .collect();
            taken.sort_unstable();
            for &(block, offset_bytes, bytes) in &taken {
                assert_eq!(offset_bytes % ALIGNMENT_BYTES, 0, "{sizes_bytes:?}");
                assert!(offset_bytes + bytes <= blocks_bytes[block], "{sizes_bytes:?}");
            }
            for pair in taken.windows(2) {
                let ((block, offset_bytes, bytes), next) = (pair[0], pair[1]);
                assert!(block != next.0 || offset_bytes + bytes <= next.1, "{sizes_bytes:?}");
            }
        }
    }

    #[test]
    fn each_weight_keeps_its_numbers_and_its_order() {
        tch::manual_seed(1);
        let plain =
            |shape: &[i64], kind| Tensor::randn(shape, (Kind::Float, Device::Cpu)).to_kind(kind);
        let last = |x: Tensor| x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]);
        let mut weights = [
            plain(&[64, 3, 3, 3], Kind::Float),
            plain(&[5], Kind::BFloat16),
            last(plain(&[16, 32, 3, 3], Kind::Half)),
            last(plain(&[1, 6, 1, 1], Kind::BFloat16)),
            // A part of another, without a dense order of its own.
            plain(&[1, 6, 1, 1], Kind::Half).narrow(1, 2, 1),
            plain(&[1], Kind::Float),
        ];
        let before: Vec<_> = weights.iter().map(Tensor::copy).collect();
        let strides: Vec<_> = weights.iter().map(Tensor::stride).collect();
        move_to(Device::Cpu, weights.iter_mut().collect());
        for ((after, before), strides) in weights.iter().zip(before).zip(strides) {
            assert_eq!((after.kind(), after.stride()), (before.kind(), strides));
            assert!(after.equal(&before), "{:?}", before.size());
        }
    }
}
