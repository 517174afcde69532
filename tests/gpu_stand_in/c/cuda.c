/* In place of the driver's library (libcuda.so.1): contexts, and memory that is reserved, made and
 * mapped apart, of which libtorch builds expandable segments.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cuda.h>

#include "state.h"

/* cudart.c keeps the list of what lies on a card. */
void stand_in_enter(void *begin, size_t bytes, struct card *card);
void stand_in_leave(void *begin);

#define GRANULE_BYTES (2UL << 20)

/* What cuMemCreate gives: bytes of a card that lie nowhere yet. */
struct made {
  struct card *card;
  size_t bytes;
};

static struct card *card_numbered(int number) {
  struct card *cards[CARDS_MAX];
  return number >= 0 && number < stand_in_visible(cards) ? cards[number] : NULL;
}

CUresult cuInit(unsigned flags) { return (void)flags, CUDA_SUCCESS; }
CUresult cuDriverGetVersion(int *version) {
  return *version = (int)stand_in_state()->driver_version, CUDA_SUCCESS;
}
CUresult cuDeviceGet(CUdevice *device, int number) { return *device = number, CUDA_SUCCESS; }
CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  (void)device;
  *value = attribute == CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED;
  return CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags, int *active) {
  struct card *card = card_numbered(device);
  if (flags) *flags = 0;
  *active = card && card->is_open;
  return CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  stand_in_open(card);
  *context = (CUcontext)card;
  return CUDA_SUCCESS;
}
CUresult cuCtxGetCurrent(CUcontext *context) {
  return *context = (CUcontext)card_numbered(0), CUDA_SUCCESS;
}
CUresult cuGetErrorString(CUresult error, const char **text) {
  *text = error == CUDA_ERROR_OUT_OF_MEMORY ? "out of memory" : error ? "unknown error" : "no error";
  return CUDA_SUCCESS;
}

CUresult cuMemGetAllocationGranularity(size_t *bytes, const CUmemAllocationProp *wanted,
                                       CUmemAllocationGranularity_flags flags) {
  (void)wanted, (void)flags;
  return *bytes = GRANULE_BYTES, CUDA_SUCCESS;
}

CUresult cuMemAddressReserve(CUdeviceptr *begin, size_t bytes, size_t alignment, CUdeviceptr at,
                             unsigned long long flags) {
  (void)alignment, (void)at, (void)flags;
  void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return CUDA_ERROR_OUT_OF_MEMORY;
  *begin = (CUdeviceptr)pages;
  return CUDA_SUCCESS;
}
CUresult cuMemAddressFree(CUdeviceptr begin, size_t bytes) {
  munmap((void *)begin, bytes);
  return CUDA_SUCCESS;
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t bytes,
                     const CUmemAllocationProp *wanted, unsigned long long flags) {
  (void)flags;
  struct card *card = card_numbered(wanted->location.id);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  if (stand_in_has_failed()) return CUDA_ERROR_LAUNCH_FAILED;
  struct made *made = malloc(sizeof *made);
  if (!made || !stand_in_take(card, bytes)) {
    free(made);
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  *made = (struct made){card, bytes};
  *handle = (CUmemGenericAllocationHandle)(uintptr_t)made;
  return CUDA_SUCCESS;
}
CUresult cuMemRelease(CUmemGenericAllocationHandle handle) {
  struct made *made = (struct made *)(uintptr_t)handle;
  stand_in_give_back(made->card, made->bytes);
  free(made);
  return CUDA_SUCCESS;
}
CUresult cuMemMap(CUdeviceptr begin, size_t bytes, size_t offset,
                  CUmemGenericAllocationHandle handle, unsigned long long flags) {
  (void)offset, (void)flags;
  stand_in_enter((void *)begin, bytes, ((struct made *)(uintptr_t)handle)->card);
  return CUDA_SUCCESS;
}
CUresult cuMemUnmap(CUdeviceptr begin, size_t bytes) {
  /* In the granules in which it was mapped. */
  for (size_t offset = 0; offset < bytes; offset += GRANULE_BYTES)
    stand_in_leave((void *)(begin + offset));
  madvise((void *)begin, bytes, MADV_DONTNEED);
  return CUDA_SUCCESS;
}
CUresult cuMemSetAccess(CUdeviceptr begin, size_t bytes, const CUmemAccessDesc *access,
                        size_t count) {
  (void)begin, (void)bytes, (void)access, (void)count;
  return CUDA_SUCCESS;
}

/* libtorch looks these up by name before it asks NVML who holds a card's memory, which it does when an
 * allocation fails, and says which one is missing instead of "out of memory". It calls none of them
 * here, so that they need no parameters: the header's declarations are kept away by other names. */
#define NEVER_CALLED(name)                      \
  CUresult stand_in_##name(void) __asm__(#name); \
  CUresult stand_in_##name(void) { return CUDA_ERROR_NOT_SUPPORTED; }
NEVER_CALLED(cuMemExportToShareableHandle)
NEVER_CALLED(cuMemImportFromShareableHandle)
NEVER_CALLED(cuMemRetainAllocationHandle)
NEVER_CALLED(cuMemGetAllocationPropertiesFromHandle)
NEVER_CALLED(cuMemsetD32Async)
NEVER_CALLED(cuMulticastAddDevice)
NEVER_CALLED(cuMulticastBindMem)
NEVER_CALLED(cuMulticastCreate)
NEVER_CALLED(cuMulticastUnbind)
#undef cuStreamWriteValue32 /* a macro that names its second version */
NEVER_CALLED(cuStreamWriteValue32)
