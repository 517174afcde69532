// The history of libtorch's CUDA allocator: recording, snapshots as Python pickles, and labels of what
// allocates. All of it lies in libtorch_cuda, which is loaded at run time and never linked: functions
// are found by their mangled names, virtual ones by the layout of their class.

#include "caught.h"

#include <c10/core/Allocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <torch/version.h>

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

// Not in an unnamed namespace: the compiler would conclude that nothing derives from the class below,
// and would call its pure functions.
namespace cutout {

using OutOfMemoryObserver =
    std::function<void(int64_t device, size_t allocated, size_t device_total, size_t device_free)>;

// c10::cuda::CUDACachingAllocator::CUDAAllocator of libtorch 2.11, up to the last function that is
// called here. The header that declares it needs CUDA's own. Only the order of the virtual functions
// counts: those that are not called are declared without their types.
class CudaAllocator : public c10::DeviceAllocator {
 public:
  virtual void raw_alloc() = 0;
  virtual void raw_alloc_with_stream() = 0;
  virtual void raw_delete() = 0;
  virtual void init() = 0;
  virtual void get_memory_fraction() = 0;
  virtual void set_memory_fraction() = 0;
  virtual void get_expandable_segment_sizes() = 0;
  virtual void enable() = 0;
  virtual void is_enabled() const = 0;
  virtual void cache_info() = 0;
  virtual void get_base_allocation() = 0;
  virtual void record_cuda_stream() = 0;
  virtual void snapshot() = 0;
  virtual void begin_allocate_to_pool() = 0;
  virtual void end_allocate_to_pool() = 0;
  virtual void release_pool() = 0;
  virtual void get_pool_use_count() = 0;
  virtual void create_or_incref_pool() = 0;
  virtual void set_use_on_oom() = 0;
  virtual void set_no_split() = 0;
  virtual void check_pool_live_allocations() = 0;
  virtual void share_ipc_handle() = 0;
  virtual void get_ipc_dev_ptr() = 0;
  virtual bool isHistoryEnabled() = 0;
  virtual void record_history() = 0;
  virtual void record_annotation() = 0;
  virtual void push_compile_context() = 0;
  virtual void pop_compile_context() = 0;
  virtual void setUserMetadata(const std::string& metadata) = 0;
  virtual std::string getUserMetadata() = 0;
  virtual void attachOutOfMemoryObserver(OutOfMemoryObserver observer) = 0;
};

}  // namespace cutout

namespace {

using cutout::CudaAllocator;

// torch::cuda::_record_memory_history and _memory_snapshot_pickled, as
// torch/csrc/cuda/memory_snapshot.h declares them.
using Record = void(std::optional<std::string> enabled, std::optional<std::string> context,
                    const std::string& stacks, size_t max_entries, bool clear_history,
                    bool compile_context, bool global_record_allocations,
                    const std::vector<std::string>& skip_actions);
using Pickled = std::string();

constexpr const char* kRecord =
    "_ZN5torch4cuda22_record_memory_historyESt8optionalINSt7__cxx1112basic_stringIcSt11char_"
    "traitsIcESaIcEEEES8_RKS7_mbbbRKSt6vectorIS7_SaIS7_EE";
constexpr const char* kPickled = "_ZN5torch4cuda24_memory_snapshot_pickledB5cxx11Ev";

template <typename Function>
Function* loaded(const char* mangled) {
#if defined(_WIN32)
  (void)mangled;
  return nullptr;
#else
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, mangled));
#endif
}

// libtorch's own CUDA allocator; null where there is none, where another one is in use, or where the
// layout above is not known to be its.
CudaAllocator* cuda_allocator() {
  static_assert(TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR == 11,
                "compare CudaAllocator with c10/cuda/CUDACachingAllocator.h of this libtorch");
  if (!loaded<Pickled>(kPickled)) return nullptr;
  c10::Allocator* allocator = c10::GetAllocator(c10::DeviceType::CUDA);
  const std::string_view type = typeid(*allocator).name();
  if (type.find("NativeCachingAllocator") == std::string_view::npos) return nullptr;
  return static_cast<CudaAllocator*>(static_cast<c10::DeviceAllocator*>(allocator));
}

// What the allocator's observer took when it last found no memory.
struct AtOutOfMemory {
  std::mutex mutex;
  std::unique_ptr<std::string> pickled;
  std::atomic<bool> wanted{false};
};

AtOutOfMemory& at_out_of_memory() {
  // Never destroyed: the allocator may outlive statics of this library.
  static auto* kept = new AtOutOfMemory();
  return *kept;
}

// Called by the allocator while every tensor is still there, its own lock released.
void out_of_memory(int64_t, size_t, size_t, size_t) noexcept {
  auto& kept = at_out_of_memory();
  if (!kept.wanted.load()) return;
  try {
    auto* pickled = loaded<Pickled>(kPickled);
    if (!pickled) return;
    auto taken = std::make_unique<std::string>(pickled());
    const std::lock_guard<std::mutex> lock(kept.mutex);
    kept.pickled = std::move(taken);
  } catch (...) {
    // The error that is about to be thrown says more than one about its record.
  }
}

}  // namespace

extern "C" {

// Records the last `max_entries` things that the allocator did, on every device; 0 ends it.
int cutout_record_history(uint64_t max_entries, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    auto* record = loaded<Record>(kRecord);
    if (!record || !loaded<Pickled>(kPickled)) return kMissing;
    const auto enabled =
        max_entries > 0 ? std::optional<std::string>("all") : std::optional<std::string>();
    record(enabled, std::nullopt, "python", static_cast<size_t>(max_entries), false, false, false,
           {});
    return kOk;
  });
}

// Whether what was taken when the allocator last found no memory is kept for `cutout_snapshot_taken`.
int cutout_snapshot_at_out_of_memory(bool wanted, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    static std::once_flag attached;
    auto* allocator = cuda_allocator();
    if (!allocator) return kMissing;
    // Observers cannot be taken back.
    std::call_once(attached, [&] { allocator->attachOutOfMemoryObserver(out_of_memory); });
    at_out_of_memory().wanted.store(wanted);
    return kOk;
  });
}

// What was taken when the allocator last found no memory; null where nothing was, or it was handed
// out already. The caller owns it.
std::string* cutout_snapshot_taken() {
  auto& kept = at_out_of_memory();
  try {
    const std::lock_guard<std::mutex> lock(kept.mutex);
    return kept.pickled.release();
  } catch (...) {
    return nullptr;
  }
}

// A snapshot as a Python pickle, which the caller owns.
int cutout_snapshot(std::string** snapshot, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    auto* pickled = loaded<Pickled>(kPickled);
    if (!pickled) return kMissing;
    *snapshot = new std::string(pickled());
    return kOk;
  });
}

const char* cutout_snapshot_data(const std::string* snapshot, size_t* length) {
  *length = snapshot->size();
  return snapshot->data();
}

void cutout_snapshot_free(std::string* snapshot) { delete snapshot; }

// From now on what the calling thread allocates is recorded with this label.
int cutout_label_allocations(const char* text, size_t length, char* message, size_t capacity) {
  return caught(message, capacity, [&]() -> int {
    auto* allocator = cuda_allocator();
    if (!allocator) return kMissing;
    allocator->setUserMetadata(std::string(text, length));
    return kOk;
  });
}

}  // extern "C"
