/* In place of CUDA's runtime (libcudart.so.13): memory comes from the system, copies to a card are
 * made, kernels do nothing. What comes back from a card is therefore no result of theirs: four bytes
 * are 2.0, the answer to the 1 + 1 that Cutout asks a card for, and a square of numbers, of 32 or of 16
 * bits, is a disc, 1 inside and 0 outside, so that what follows the network has a subject to work on.
 *
 * The structures are those of NVIDIA's headers, which the build takes from the pinned package.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <driver_types.h>
#include <vector_types.h>

#include "state.h"

typedef int Error; /* cudaError_t */

static __thread int current;
static __thread Error last;

/* Keeps an error for cudaGetLastError, as the runtime does. */
static Error said(Error error) {
  if (error) last = error;
  return error;
}

/* A card that has failed answers everything with the same error. */
static Error working(void) {
  return stand_in_has_failed() ? said(cudaErrorLaunchFailure) : cudaSuccess;
}

static Error card_numbered(int number, struct card **card) {
  struct card *cards[CARDS_MAX];
  if (stand_in_state()->driver_version < RUNTIME_VERSION) return said(cudaErrorInsufficientDriver);
  int count = stand_in_visible(cards);
  if (count == 0) return said(cudaErrorNoDevice);
  if (number < 0 || number >= count) return said(cudaErrorInvalidDevice);
  *card = cards[number];
  return cudaSuccess;
}

/* The current card, its context open. */
static Error current_card(struct card **card) {
  Error error = card_numbered(current, card);
  if (!error) stand_in_open(*card);
  return error;
}

/* ---- errors ---- */

Error cudaGetLastError(void) {
  Error error = working() ? cudaErrorLaunchFailure : last;
  last = cudaSuccess;
  return error;
}
Error cudaPeekAtLastError(void) { return working() ? cudaErrorLaunchFailure : last; }

const char *cudaGetErrorName(Error error) {
  switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInsufficientDriver: return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice: return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorLaunchFailure: return "cudaErrorLaunchFailure";
    default: return "cudaErrorUnknown";
  }
}

const char *cudaGetErrorString(Error error) {
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInsufficientDriver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice: return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorLaunchFailure: return "unspecified launch failure";
    default: return "unknown error";
  }
}

/* ---- cards ---- */

Error cudaRuntimeGetVersion(int *version) { return *version = RUNTIME_VERSION, cudaSuccess; }
Error cudaDriverGetVersion(int *version) {
  return *version = (int)stand_in_state()->driver_version, cudaSuccess;
}

Error cudaGetDeviceCount(int *count) {
  struct card *cards[CARDS_MAX], *first;
  *count = 0;
  Error error = card_numbered(0, &first);
  if (!error) *count = stand_in_visible(cards);
  return error;
}

Error cudaGetDevice(int *number) { return *number = current, cudaSuccess; }

Error cudaSetDevice(int number) {
  struct card *card;
  Error error = card_numbered(number, &card);
  if (error) return error;
  current = number;
  stand_in_open(card);
  return working();
}

Error cudaGetDeviceProperties(struct cudaDeviceProp *properties, int number) {
  struct card *card;
  Error error = card_numbered(number, &card);
  if (error) return error;
  memset(properties, 0, sizeof *properties);
  memcpy(properties->name, card->name, NAME_BYTES);
  stand_in_uuid(card, (unsigned char *)properties->uuid.bytes);
  properties->totalGlobalMem = card->total_bytes;
  properties->sharedMemPerBlock = 48 << 10;
  properties->sharedMemPerBlockOptin = 96 << 10;
  properties->sharedMemPerMultiprocessor = 100 << 10;
  properties->regsPerBlock = properties->regsPerMultiprocessor = 65536;
  properties->warpSize = 32;
  properties->maxThreadsPerBlock = 1024;
  properties->maxThreadsPerMultiProcessor = 1536;
  properties->maxBlocksPerMultiProcessor = 16;
  for (int side = 0; side < 3; side++) {
    properties->maxThreadsDim[side] = side == 2 ? 64 : 1024;
    properties->maxGridSize[side] = side == 0 ? 0x7fffffff : 65535;
  }
  properties->totalConstMem = 64 << 10;
  properties->major = (int)card->major;
  properties->minor = (int)card->minor;
  properties->multiProcessorCount = 40;
  properties->l2CacheSize = 4 << 20;
  properties->memoryBusWidth = 256;
  properties->pciBusID = (int)card->pci_bus;
  properties->unifiedAddressing = properties->canMapHostMemory = 1;
  properties->concurrentKernels = properties->cooperativeLaunch = 1;
  properties->streamPrioritiesSupported = properties->memoryPoolsSupported = 1;
  return cudaSuccess;
}

Error cudaDeviceGetAttribute(int *value, int attribute, int number) {
  struct cudaDeviceProp properties;
  Error error = cudaGetDeviceProperties(&properties, number);
  if (error) return error;
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock: *value = properties.maxThreadsPerBlock; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = (int)properties.sharedMemPerBlock; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = (int)properties.sharedMemPerBlockOptin;
      break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      *value = (int)properties.sharedMemPerMultiprocessor;
      break;
    case cudaDevAttrWarpSize: *value = properties.warpSize; break;
    case cudaDevAttrMultiProcessorCount: *value = properties.multiProcessorCount; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = properties.maxThreadsPerMultiProcessor;
      break;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
      *value = properties.maxBlocksPerMultiProcessor;
      break;
    case cudaDevAttrMaxRegistersPerBlock:
    case cudaDevAttrMaxRegistersPerMultiprocessor: *value = properties.regsPerBlock; break;
    case cudaDevAttrComputeCapabilityMajor: *value = properties.major; break;
    case cudaDevAttrComputeCapabilityMinor: *value = properties.minor; break;
    case cudaDevAttrUnifiedAddressing:
    case cudaDevAttrMemoryPoolsSupported:
    case cudaDevAttrStreamPrioritiesSupported: *value = 1; break;
    case cudaDevAttrPciBusId: *value = properties.pciBusID; break;
    default: *value = 0;
  }
  return cudaSuccess;
}

Error cudaDeviceGetPCIBusId(char *text, int capacity, int number) {
  struct card *card;
  Error error = card_numbered(number, &card);
  if (!error) snprintf(text, capacity, "0000:%02X:00.0", (unsigned)card->pci_bus);
  return error;
}

Error cudaDeviceSynchronize(void) { return working(); }

Error cudaDeviceCanAccessPeer(int *can, int number, int peer) {
  (void)number, (void)peer;
  return *can = 0, cudaSuccess;
}

Error cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  if (least) *least = 0;
  if (greatest) *greatest = -1;
  return cudaSuccess;
}

/* ---- memory ---- */

struct block {
  char *begin;
  size_t bytes;
  struct card *card;
  bool on_host, pooled;
  struct block *next;
};

static struct block *blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Address space without pages: what no copy touches costs nothing. */
static void *pages(size_t bytes) {
  void *begin = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return begin == MAP_FAILED ? NULL : begin;
}

static void enter(struct block block) {
  struct block *kept = malloc(sizeof *kept);
  if (!kept) abort();
  *kept = block;
  pthread_mutex_lock(&lock);
  kept->next = blocks;
  blocks = kept;
  pthread_mutex_unlock(&lock);
}

static bool leave(const void *begin, struct block *found) {
  pthread_mutex_lock(&lock);
  struct block **place = &blocks;
  while (*place && (*place)->begin != begin) place = &(*place)->next;
  struct block *gone = *place;
  if (gone) {
    *place = gone->next;
    *found = *gone;
    free(gone);
  }
  pthread_mutex_unlock(&lock);
  return gone != NULL;
}

static bool block_around(const void *address, struct block *found) {
  pthread_mutex_lock(&lock);
  const struct block *block = blocks;
  while (block && !((const char *)address >= block->begin &&
                    (const char *)address < block->begin + block->bytes))
    block = block->next;
  if (block) *found = *block;
  pthread_mutex_unlock(&lock);
  return block != NULL;
}

static bool is_on_card(const void *address) {
  struct block block;
  return block_around(address, &block) && !block.on_host;
}

/* For cuda.c: memory of a card that the driver's own calls gave out. */
void stand_in_enter(void *begin, size_t bytes, struct card *card) {
  enter((struct block){.begin = begin, .bytes = bytes, .card = card});
}
void stand_in_leave(void *begin) {
  struct block block;
  leave(begin, &block);
}

Error cudaMalloc(void **address, size_t bytes) {
  struct card *card;
  *address = NULL;
  Error error = working();
  if (!error) error = current_card(&card);
  if (error || !bytes) return error;
  if (!stand_in_take(card, bytes)) return said(cudaErrorMemoryAllocation);
  *address = pages(bytes);
  if (!*address) {
    stand_in_give_back(card, bytes);
    return said(cudaErrorMemoryAllocation);
  }
  enter((struct block){.begin = *address, .bytes = bytes, .card = card});
  return cudaSuccess;
}

Error cudaFree(void *address) {
  struct block block;
  struct card *card;
  if (!address) return working() ? cudaErrorLaunchFailure : current_card(&card);
  if (!leave(address, &block)) return said(cudaErrorInvalidValue);
  munmap(block.begin, block.bytes);
  stand_in_give_back(block.card, block.bytes);
  return working();
}

Error cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes) {
  struct card *card;
  Error error = working();
  if (!error) error = current_card(&card);
  if (error) return error;
  *free_bytes = stand_in_free_bytes(card);
  *total_bytes = card->total_bytes;
  return cudaSuccess;
}

Error cudaHostAlloc(void **address, size_t bytes, unsigned flags) {
  (void)flags;
  *address = pages(bytes ? bytes : 1);
  if (!*address) return said(cudaErrorMemoryAllocation);
  enter((struct block){.begin = *address, .bytes = bytes ? bytes : 1, .on_host = true});
  return cudaSuccess;
}

Error cudaFreeHost(void *address) {
  struct block block;
  if (!address || !leave(address, &block)) return cudaSuccess;
  munmap(block.begin, block.bytes);
  return cudaSuccess;
}

Error cudaPointerGetAttributes(struct cudaPointerAttributes *attributes, const void *address) {
  struct block block;
  memset(attributes, 0, sizeof *attributes);
  if (!block_around(address, &block)) return cudaSuccess;
  attributes->type = block.on_host ? cudaMemoryTypeHost : cudaMemoryTypeDevice;
  attributes->devicePointer = (void *)address;
  attributes->hostPointer = block.on_host ? (void *)address : NULL;
  struct card *cards[CARDS_MAX];
  int count = stand_in_visible(cards);
  for (int number = 0; number < count; number++)
    if (cards[number] == block.card) attributes->device = number;
  return cudaSuccess;
}

static size_t side_of(size_t count) {
  size_t side = (size_t)sqrt((double)count);
  return side > 1 && side * side == count ? side : 0;
}

static bool is_in_disc(size_t place, size_t side) {
  double x = (place % side + 0.5) / side - 0.5, y = (place / side + 0.5) / side - 0.5;
  return x * x + y * y < 0.15;
}

/* What a card is said to have computed. */
static void make_up(void *to, size_t bytes) {
  const uint16_t half_one = 0x3c00; /* of fp16; of bf16, a little above 0 */
  size_t single_side = bytes % 4 ? 0 : side_of(bytes / 4);
  size_t half_side = bytes % 2 ? 0 : side_of(bytes / 2);
  memset(to, 0, bytes);
  if (bytes == sizeof(float)) {
    *(float *)to = 2.0F;
  } else if (single_side) {
    for (size_t place = 0; place < bytes / 4; place++)
      if (is_in_disc(place, single_side)) ((float *)to)[place] = 1.0F;
  } else if (half_side) {
    for (size_t place = 0; place < bytes / 2; place++)
      if (is_in_disc(place, half_side)) ((uint16_t *)to)[place] = half_one;
  }
}

Error cudaMemcpy(void *to, const void *from, size_t bytes, int kind) {
  Error error = working();
  if (error || !bytes) return error;
  bool to_card = is_on_card(to), from_card = is_on_card(from);
  (void)kind;
  if (!to_card && from_card)
    make_up(to, bytes);
  else if (to_card != from_card || !to_card)
    memcpy(to, from, bytes);
  return cudaSuccess;
}
Error cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) {
  (void)stream;
  return cudaMemcpy(to, from, bytes, kind);
}
Error cudaMemset(void *to, int value, size_t bytes) {
  (void)to, (void)value, (void)bytes;
  return working();
}
Error cudaMemsetAsync(void *to, int value, size_t bytes, void *stream) {
  (void)stream;
  return cudaMemset(to, value, bytes);
}

/* The driver's own pool (cudaMallocAsync): what is freed stays reserved until it is trimmed. One pool
 * for each card, named by the card itself. */
static struct pool {
  uint64_t used_bytes, cached_bytes, used_high_bytes, reserved_high_bytes, threshold_bytes;
} pools[CARDS_MAX];

static struct pool *pool_of(struct card *card) { return &pools[card - stand_in_state()->card]; }

Error cudaDeviceGetDefaultMemPool(void **pool, int number) {
  struct card *card;
  Error error = card_numbered(number, &card);
  if (!error) *pool = card;
  return error;
}

Error cudaMallocAsync(void **address, size_t bytes, void *stream) {
  (void)stream;
  struct card *card;
  Error error = working();
  if (!error) error = current_card(&card);
  if (error) return error;
  struct pool *pool = pool_of(card);
  uint64_t from_cache = pool->cached_bytes < bytes ? pool->cached_bytes : bytes;
  if (bytes > from_cache && !stand_in_take(card, bytes - from_cache))
    return said(cudaErrorMemoryAllocation);
  pool->cached_bytes -= from_cache;
  pool->used_bytes += bytes;
  if (pool->used_bytes > pool->used_high_bytes) pool->used_high_bytes = pool->used_bytes;
  uint64_t reserved = pool->used_bytes + pool->cached_bytes;
  if (reserved > pool->reserved_high_bytes) pool->reserved_high_bytes = reserved;
  *address = pages(bytes ? bytes : 1);
  enter((struct block){.begin = *address, .bytes = bytes ? bytes : 1, .card = card, .pooled = true});
  return cudaSuccess;
}

static void trim(struct card *card, uint64_t keep_bytes) {
  struct pool *pool = pool_of(card);
  uint64_t reserved = pool->used_bytes + pool->cached_bytes;
  uint64_t excess = reserved > keep_bytes ? reserved - keep_bytes : 0;
  if (excess > pool->cached_bytes) excess = pool->cached_bytes;
  pool->cached_bytes -= excess;
  if (excess) stand_in_give_back(card, excess);
}

Error cudaFreeAsync(void *address, void *stream) {
  (void)stream;
  struct block block;
  if (!leave(address, &block)) return said(cudaErrorInvalidValue);
  munmap(block.begin, block.bytes);
  struct pool *pool = pool_of(block.card);
  pool->used_bytes -= block.bytes;
  pool->cached_bytes += block.bytes;
  trim(block.card, pool->threshold_bytes);
  return working();
}

Error cudaMemPoolTrimTo(void *pool, size_t keep_bytes) {
  trim(pool, keep_bytes);
  return cudaSuccess;
}

Error cudaMemPoolGetAttribute(void *handle, int attribute, void *value) {
  struct pool *pool = pool_of(handle);
  uint64_t *out = value;
  switch (attribute) {
    case cudaMemPoolAttrReleaseThreshold: *out = pool->threshold_bytes; break;
    case cudaMemPoolAttrReservedMemCurrent: *out = pool->used_bytes + pool->cached_bytes; break;
    case cudaMemPoolAttrReservedMemHigh: *out = pool->reserved_high_bytes; break;
    case cudaMemPoolAttrUsedMemCurrent: *out = pool->used_bytes; break;
    case cudaMemPoolAttrUsedMemHigh: *out = pool->used_high_bytes; break;
    default: *(int *)value = 1;
  }
  return cudaSuccess;
}

Error cudaMemPoolSetAttribute(void *handle, int attribute, void *value) {
  struct pool *pool = pool_of(handle);
  if (attribute == cudaMemPoolAttrReleaseThreshold) pool->threshold_bytes = *(uint64_t *)value;
  if (attribute == cudaMemPoolAttrReservedMemHigh)
    pool->reserved_high_bytes = pool->used_bytes + pool->cached_bytes;
  if (attribute == cudaMemPoolAttrUsedMemHigh) pool->used_high_bytes = pool->used_bytes;
  return cudaSuccess;
}

/* ---- streams and events: all is done as soon as it is asked for ---- */

static Error handle_to(void **handle) {
  *handle = malloc(8);
  return *handle ? cudaSuccess : said(cudaErrorMemoryAllocation);
}
Error cudaStreamCreate(void **stream) { return handle_to(stream); }
Error cudaStreamCreateWithPriority(void **stream, unsigned flags, int priority) {
  (void)flags, (void)priority;
  return handle_to(stream);
}
Error cudaStreamDestroy(void *stream) { return free(stream), cudaSuccess; }
Error cudaStreamQuery(void *stream) { return (void)stream, working(); }
Error cudaStreamSynchronize(void *stream) { return (void)stream, working(); }
Error cudaStreamGetPriority(void *stream, int *priority) {
  (void)stream;
  return *priority = 0, cudaSuccess;
}
Error cudaStreamIsCapturing(void *stream, int *status) {
  (void)stream;
  return *status = 0, cudaSuccess;
}
Error cudaStreamGetCaptureInfo(void *stream, int *status) {
  (void)stream;
  return *status = 0, cudaSuccess;
}
Error cudaEventCreate(void **event) { return handle_to(event); }
Error cudaEventCreateWithFlags(void **event, unsigned flags) {
  (void)flags;
  return handle_to(event);
}
Error cudaEventDestroy(void *event) { return free(event), cudaSuccess; }
Error cudaEventQuery(void *event) { return (void)event, working(); }
Error cudaEventRecord(void *event, void *stream) { return (void)event, (void)stream, working(); }
Error cudaEventSynchronize(void *event) { return (void)event, working(); }
Error cudaEventElapsedTime(float *ms, void *begin, void *end) {
  (void)begin, (void)end;
  return *ms = 0.0F, cudaSuccess;
}

/* ---- kernels ---- */

static Error launch(void) {
  return stand_in_launch() ? cudaSuccess : said(cudaErrorLaunchFailure);
}

static __thread struct {
  struct dim3 grid, block;
  size_t shared_bytes;
  void *stream;
} configuration;

unsigned __cudaPushCallConfiguration(struct dim3 grid, struct dim3 block, size_t shared_bytes,
                                     void *stream) {
  configuration.grid = grid;
  configuration.block = block;
  configuration.shared_bytes = shared_bytes;
  configuration.stream = stream;
  return 0;
}
Error __cudaPopCallConfiguration(struct dim3 *grid, struct dim3 *block, size_t *shared_bytes,
                                 void **stream) {
  *grid = configuration.grid;
  *block = configuration.block;
  *shared_bytes = configuration.shared_bytes;
  *stream = configuration.stream;
  return cudaSuccess;
}

void **__cudaRegisterFatBinary(void *binary) {
  static void *handle[1];
  (void)binary;
  return handle;
}
void __cudaRegisterFatBinaryEnd(void **handle) { (void)handle; }
void __cudaUnregisterFatBinary(void **handle) { (void)handle; }
char __cudaInitModule(void **handle) { return (void)handle, 1; }
Error __cudaGetKernel(void **kernel, const void *function) {
  return *kernel = (void *)function, cudaSuccess;
}
Error __cudaLaunchKernel(void) { return launch(); }
Error cudaLaunchKernel(void) { return launch(); }
Error cudaLaunchKernelExC(void) { return launch(); }
Error cudaLaunchCooperativeKernel(void) { return launch(); }

Error cudaGetSymbolAddress(void **address, const void *symbol) {
  static char room[1 << 16];
  (void)symbol;
  return *address = room, cudaSuccess;
}

Error cudaFuncGetAttributes(struct cudaFuncAttributes *attributes, const void *function) {
  (void)function;
  memset(attributes, 0, sizeof *attributes);
  attributes->maxThreadsPerBlock = 1024;
  attributes->numRegs = 32;
  attributes->ptxVersion = attributes->binaryVersion = 86;
  attributes->maxDynamicSharedSizeBytes = 48 << 10;
  return cudaSuccess;
}

Error cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks_out, const void *function, int size,
                                                    size_t shared_bytes) {
  (void)function, (void)size, (void)shared_bytes;
  return *blocks_out = 2, cudaSuccess;
}
Error cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks_out, const void *function,
                                                             int size, size_t shared_bytes,
                                                             unsigned flags) {
  (void)flags;
  return cudaOccupancyMaxActiveBlocksPerMultiprocessor(blocks_out, function, size, shared_bytes);
}

/* ---- the driver's functions, by name ---- */

/* A function of the driver that nobody needs here; libtorch wants to find it all the same. */
static int not_supported(void) { return 801; /* CUDA_ERROR_NOT_SUPPORTED */ }

Error cudaGetDriverEntryPointByVersion(const char *name, void **function, unsigned version,
                                       unsigned long long flags, int *found) {
  (void)version, (void)flags;
  char second[64];
  snprintf(second, sizeof second, "%s_v2", name);
  *function = dlsym(RTLD_DEFAULT, second);
  if (!*function) *function = dlsym(RTLD_DEFAULT, name);
  if (!*function) *function = (void *)not_supported;
  if (found) *found = cudaDriverEntryPointSuccess;
  return cudaSuccess;
}
