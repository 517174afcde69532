// libtorch's device-neutral allocator API and oneDNN's convolutions with packed weights, behind plain C
// functions. tch binds none of it. No exception leaves this file: each function returns a status, and
// copies what() into the caller's buffer.

#include "caught.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/Version.h>
#include <c10/core/Allocator.h>
#include <c10/core/AllocatorConfig.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/version.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <typeinfo>

namespace {

template <typename Body>
int guarded(char* message, size_t capacity, Body body) noexcept {
  return caught(message, capacity, [&]() -> int {
    if (!at::accelerator::getAccelerator(false).has_value()) return kNoAccelerator;
    body();
    return kOk;
  });
}

// Counts the bytes of CPU tensors. libtorch's CPU allocator tells each allocation and release of a
// thread to what that thread has installed as its memory reporter.
class Tally final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, int64_t size, size_t, size_t, c10::Device device) override {
    if (!device.is_cpu()) return;
    const int64_t live = live_bytes.fetch_add(size) + size;
    int64_t peak = peak_bytes.load();
    while (live > peak && !peak_bytes.compare_exchange_weak(peak, live)) {
    }
  }
  bool memoryProfilingEnabled() const override { return true; }

  std::atomic<int64_t> live_bytes{0};
  std::atomic<int64_t> peak_bytes{0};
};

// What the running thread has installed.
thread_local std::optional<c10::DebugInfoGuard> installed_tally;

// Operators that libtorch registers for its own compiler; no header declares them. A signature that
// differs from the registered one throws.
template <typename Signature>
c10::TypedOperatorHandle<Signature> operator_named(const char* name, const char* overload) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).typed<Signature>();
}

using MaybeTensor = std::optional<at::Tensor>;
using MaybeText = std::optional<std::string_view>;
using Scalars = c10::List<std::optional<at::Scalar>>;
using Pack = at::Tensor(const at::Tensor&, at::IntArrayRef padding, at::IntArrayRef stride,
                        at::IntArrayRef dilation, int64_t groups, at::OptionalIntArrayRef input);
using Pointwise = at::Tensor(const at::Tensor& x, const at::Tensor& weight, const MaybeTensor& bias,
                             at::IntArrayRef padding, at::IntArrayRef stride,
                             at::IntArrayRef dilation, int64_t groups, std::string_view unary,
                             Scalars, MaybeText algorithm);
using PointwiseOnto = at::Tensor&(at::Tensor& onto, const at::Tensor& x, const at::Tensor& weight,
                                  const MaybeTensor& bias, at::IntArrayRef padding,
                                  at::IntArrayRef stride, at::IntArrayRef dilation, int64_t groups,
                                  std::string_view binary, std::optional<at::Scalar> alpha,
                                  MaybeText unary, Scalars, MaybeText algorithm);

uint64_t unsigned_bytes(int64_t value) { return value < 0 ? 0 : static_cast<uint64_t>(value); }

// Whether the driver's allocator (backend:cudaMallocAsync) is in use. It is chosen while CUDA's
// library is loaded, and its class, which no header declares, tells it by its name alone.
bool allocator_is_the_drivers() {
  const auto* allocator = c10::getDeviceAllocator(at::accelerator::getAccelerator(true).value());
  return std::strstr(typeid(*allocator).name(), "MallocAsync") != nullptr;
}

}  // namespace

extern "C" {

struct CutoutMemoryStats {
  uint64_t allocated_bytes;
  uint64_t reserved_bytes;
  uint64_t peak_allocated_bytes;
  uint64_t peak_reserved_bytes;
  uint64_t requested_bytes;
  uint64_t peak_requested_bytes;
  uint64_t active_bytes;
  uint64_t inactive_split_bytes;
  uint64_t segments;
  uint64_t alloc_retries;
  uint64_t ooms;
  uint64_t tells_blocks;
};

struct CutoutConvolution {
  int64_t padding;
  int64_t dilation;
  bool relu;
};

const char* cutout_torch_version() { return TORCH_VERSION; }

int cutout_cpu_capability(char* message, size_t capacity) {
  try {
    copy_message(at::get_cpu_capability().c_str(), message, capacity);
    return kOk;
  } catch (...) {
    return kFailed;
  }
}

int cutout_set_allocator(const char* settings, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    c10::CachingAllocator::setAllocatorSettings(settings);
    return kOk;
  });
}

int cutout_allocator(char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    copy_message(c10::CachingAllocator::getAllocatorSettings().c_str(), message, capacity);
    return kOk;
  });
}

int cutout_allocator_is_the_drivers(int* is_the_drivers, char* message, size_t capacity) {
  return guarded(message, capacity, [&] { *is_the_drivers = allocator_is_the_drivers() ? 1 : 0; });
}

void* cutout_tally_new() {
  try {
    return new std::shared_ptr<Tally>(std::make_shared<Tally>());
  } catch (...) {
    return nullptr;
  }
}

void cutout_tally_free(void* tally) { delete static_cast<std::shared_ptr<Tally>*>(tally); }

int cutout_tally_install(void* tally) {
  try {
    installed_tally.emplace(c10::DebugInfoKind::PROFILER_STATE,
                            *static_cast<std::shared_ptr<Tally>*>(tally));
    return kOk;
  } catch (...) {
    return kFailed;
  }
}

void cutout_tally_remove() { installed_tally.reset(); }

void cutout_tally_read(void* tally, uint64_t* live_bytes, uint64_t* peak_bytes) {
  const auto& counts = **static_cast<std::shared_ptr<Tally>*>(tally);
  *live_bytes = unsigned_bytes(counts.live_bytes.load());
  *peak_bytes = unsigned_bytes(counts.peak_bytes.load());
}

void cutout_tally_reset_peak(void* tally) {
  auto& counts = **static_cast<std::shared_ptr<Tally>*>(tally);
  counts.peak_bytes.store(counts.live_bytes.load());
}

int cutout_device_count(int* count, char* message, size_t capacity) {
  return guarded(message, capacity, [&] { *count = at::accelerator::deviceCount(); });
}

int cutout_cuda_version(int64_t* version, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    *version = at::Context::versionCUDART();
    return kOk;
  });
}

int cutout_empty_cache(char* message, size_t capacity) {
  return guarded(message, capacity, [] { at::accelerator::emptyCache(); });
}

int cutout_memory_stats(int device, CutoutMemoryStats* out, char* message, size_t capacity) {
  return guarded(message, capacity, [&] {
    const auto stats = at::accelerator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
    const auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    out->allocated_bytes = unsigned_bytes(stats.allocated_bytes[all].current);
    out->reserved_bytes = unsigned_bytes(stats.reserved_bytes[all].current);
    out->peak_allocated_bytes = unsigned_bytes(stats.allocated_bytes[all].peak);
    out->peak_reserved_bytes = unsigned_bytes(stats.reserved_bytes[all].peak);
    out->requested_bytes = unsigned_bytes(stats.requested_bytes[all].current);
    out->peak_requested_bytes = unsigned_bytes(stats.requested_bytes[all].peak);
    out->active_bytes = unsigned_bytes(stats.active_bytes[all].current);
    out->inactive_split_bytes = unsigned_bytes(stats.inactive_split_bytes[all].current);
    out->segments = unsigned_bytes(stats.segment[all].current);
    out->alloc_retries = unsigned_bytes(stats.num_alloc_retries);
    out->ooms = unsigned_bytes(stats.num_ooms);
    out->tells_blocks = allocator_is_the_drivers() ? 0 : 1;
  });
}

int cutout_reset_peak(int device, char* message, size_t capacity) {
  return guarded(message, capacity, [&] {
    at::accelerator::resetPeakStats(static_cast<c10::DeviceIndex>(device));
  });
}

int cutout_card_memory(int device, uint64_t* free_bytes, uint64_t* total_bytes, char* message,
                       size_t capacity) {
  return guarded(message, capacity, [&] {
    const auto info = at::accelerator::getMemoryInfo(static_cast<c10::DeviceIndex>(device));
    *free_bytes = info.first;
    *total_bytes = info.second;
  });
}

int cutout_pack_weight(const at::Tensor* weight, CutoutConvolution shape, const int64_t* input_shape,
                       at::Tensor** packed, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    static const auto pack = operator_named<Pack>("mkldnn::_reorder_convolution_weight", "");
    const int64_t padding[] = {shape.padding, shape.padding};
    const int64_t dilation[] = {shape.dilation, shape.dilation};
    const int64_t stride[] = {1, 1};
    const at::IntArrayRef input(input_shape, 4);
    *packed = new at::Tensor(pack.call(*weight, padding, stride, dilation, 1, input));
    return kOk;
  });
}

int cutout_convolve(const at::Tensor* x, const at::Tensor* packed, const at::Tensor* bias,
                    CutoutConvolution shape, at::Tensor* onto, at::Tensor** result, char* message,
                    size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    static const auto plain = operator_named<Pointwise>("mkldnn::_convolution_pointwise", "");
    static const auto adding =
        operator_named<PointwiseOnto>("mkldnn::_convolution_pointwise_", "binary");
    const int64_t padding[] = {shape.padding, shape.padding};
    const int64_t dilation[] = {shape.dilation, shape.dilation};
    const int64_t stride[] = {1, 1};
    const MaybeTensor offset = bias ? MaybeTensor(*bias) : std::nullopt;
    if (onto) {
      const MaybeText unary = shape.relu ? MaybeText("relu") : std::nullopt;
      *result = new at::Tensor(adding.call(*onto, *x, *packed, offset, padding, stride, dilation, 1,
                                           "add", 1.0, unary, Scalars(), std::nullopt));
    } else {
      *result = new at::Tensor(plain.call(*x, *packed, offset, padding, stride, dilation, 1,
                                          shape.relu ? "relu" : "none", Scalars(), std::nullopt));
    }
    return kOk;
  });
}

}  // extern "C"
