//! Feature maps at other sizes.
//!
//! libtorch enlarges an image on one thread and notes down where each maximum came from. On the CPU
//! both are done otherwise here, to the same bits.

use tch::{Device, Tensor};

/// Fewer values than these of an enlarged map are not worth a thread of their own.
const LEAST_VALUES: i64 = 200_000;

/// `[N, C, H, W]` to `[N, C, ceil(H / 2), ceil(W / 2)]`
pub(super) fn max_pool(x: Tensor) -> Tensor {
    let [height, width] = spatial_size(&x);
    match in_rows(&x) {
        Some(rows) if height % 2 == 0 && width % 2 == 0 => pooled(&rows),
        _ => x.max_pool2d(2, 2, 0, 1, true),
    }
}

/// A width after so many poolings.
pub(super) fn halved(side: i64, times: usize) -> i64 {
    (0..times).fold(side, |side, _| (side + 1) / 2)
}

/// Bilinear, pixel centres at one half (`align_corners` false): `[N, C, h, w]` to `[N, C, H, W]`
pub(super) fn upsample(x: Tensor, size: [i64; 2]) -> Tensor {
    if spatial_size(&x) == size {
        return x;
    }
    let (images, channels, height, width) = x.size4().expect(FOUR);
    let parts = parts(channels * size[0] * size[1], height);
    match in_rows(&x) {
        Some(rows) if parts > 1 && images == 1 && size == [2 * height, 2 * width] => {
            doubled(&rows, parts)
        }
        _ => bilinear(&x, size),
    }
}

/// `[H, W]`
pub(super) fn spatial_size(x: &Tensor) -> [i64; 2] {
    let (_, _, height, width) = x.size4().expect(FOUR);
    [height, width]
}

const FOUR: &str = "feature maps have four dimensions";

/// A map of the CPU in the order in which it lies in memory, `[N, H, W, C]`, where that is so.
fn in_rows(x: &Tensor) -> Option<Tensor> {
    let rows = x.permute([0, 2, 3, 1]);
    (x.device() == Device::Cpu && rows.is_contiguous()).then_some(rows)
}

/// The other way round.
fn as_map(rows: &Tensor) -> Tensor {
    rows.permute([0, 3, 1, 2])
}

/// The larger of two rows, then of two columns: `[N, H, W, C]` to `[N, C, H / 2, W / 2]`
fn pooled(rows: &Tensor) -> Tensor {
    let (images, height, width, channels) = rows.size4().expect(FOUR);
    let pairs = rows.view([images, height / 2, 2, width, channels]);
    let larger = pairs.select(2, 0).maximum(&pairs.select(2, 1));
    let pairs = larger.view([images, height / 2, width / 2, 2, channels]);
    as_map(&pairs.select(3, 0).maximum(&pairs.select(3, 1)))
}

fn bilinear(x: &Tensor, size: [i64; 2]) -> Tensor {
    x.upsample_bilinear2d(size, false, None, None)
}

/// In how many parts of as many rows an image is enlarged, one for each thread at most.
fn parts(values: i64, height: i64) -> i64 {
    let threads = i64::from(tch::get_num_threads());
    let most = threads.min(values / LEAST_VALUES).min(height / 2);
    (1..=most).rev().find(|parts| height % parts == 0).unwrap_or(1)
}

/// `[1, h, w, C]` to `[1, C, 2h, 2w]`. Threads share images out, so parts of one pass for images. Only
/// the row on each side of a seam is not theirs alone: it is a mean of rows of two parts.
fn doubled(rows: &Tensor, parts: i64) -> Tensor {
    let (_, height, width, channels) = rows.size4().expect(FOUR);
    let part = height / parts;
    let images = rows.view([parts, part, width, channels]);
    let larger = bilinear(&as_map(&images), [2 * part, 2 * width]).permute([0, 2, 3, 1]);
    let larger = larger.reshape([1, 2 * height, 2 * width, channels]);
    // [parts - 1, 2, w, C] to [parts - 1, 4, 2w, C]: the second and third row lie at a seam
    let beside = at_seams(rows, part, parts);
    let mixed = bilinear(&as_map(&beside), [4, 2 * width]).permute([0, 2, 3, 1]);
    at_seams(&larger, 2 * part, parts).copy_(&mixed.narrow(1, 1, 2));
    as_map(&larger)
}

/// The rows on both sides of every seam: `[1, H, W, C]` to `[parts - 1, 2, W, C]`
fn at_seams(rows: &Tensor, part: i64, parts: i64) -> Tensor {
    let (_, _, width, channels) = rows.size4().expect(FOUR);
    let from_first = rows.narrow(1, part - 1, part * (parts - 1));
    from_first.view([parts - 1, part, width, channels]).narrow(1, 0, 2)
}

#[cfg(test)]
mod tests {
    use tch::Kind;

    use super::*;

    fn map(shape: [i64; 4], kind: Kind) -> Tensor {
        let [images, channels, height, width] = shape;
        let rows = Tensor::randn([images, height, width, channels], (Kind::Float, Device::Cpu));
        as_map(&rows.to_kind(kind))
    }

    #[test]
    fn parts_are_enlarged_to_the_bits_of_the_whole() {
        tch::manual_seed(1);
        for kind in [Kind::Float, Kind::BFloat16] {
            for (shape, parts) in
                [([1, 16, 8, 6], 2), ([1, 3, 8, 5], 4), ([1, 1, 12, 7], 3), ([1, 16, 4, 1], 2)]
            {
                let x = map(shape, kind);
                let [height, width] = spatial_size(&x);
                let whole = bilinear(&x, [2 * height, 2 * width]);
                let found = doubled(&in_rows(&x).expect("in rows"), parts);
                assert!(found.equal(&whole), "{kind:?}, {shape:?} in {parts}");
            }
        }
    }

    #[test]
    fn every_size_is_that_of_the_library() {
        tch::manual_seed(1);
        for shape in
            [[1, 16, 80, 80], [2, 16, 80, 80], [1, 16, 33, 21], [1, 1, 1, 1], [1, 64, 64, 63]]
        {
            let x = map(shape, Kind::Float);
            let [height, width] = spatial_size(&x);
            for x in [x.shallow_clone(), x.contiguous()] {
                let expected = x.max_pool2d(2, 2, 0, 1, true);
                assert!(max_pool(x.shallow_clone()).equal(&expected), "{shape:?} pooled");
                for size in [[2 * height, 2 * width], [2 * height - 1, 2 * width], [height, width]]
                {
                    let found = upsample(x.shallow_clone(), size);
                    assert!(found.equal(&bilinear(&x, size)), "{shape:?} to {size:?}");
                }
            }
        }
    }

    #[test]
    fn small_maps_are_not_shared_out() {
        assert_eq!(parts(LEAST_VALUES - 1, 160), 1);
        assert_eq!(parts(i64::MAX, 1), 1);
        assert_eq!(parts(i64::MAX, 161) % 2, 1);
    }
}
