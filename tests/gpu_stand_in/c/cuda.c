/* In place of the driver's library (libcuda.so.1): contexts, and memory that is reserved, made and
 * mapped apart, of which libtorch builds expandable segments.
 */
#define _GNU_SOURCE
#include <stdio.h>
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
CUresult cuDeviceGetCount(int *count) {
  struct card *cards[CARDS_MAX];
  return *count = stand_in_visible(cards), CUDA_SUCCESS;
}
CUresult cuDeviceGet(CUdevice *device, int number) {
  if (!card_numbered(number)) return CUDA_ERROR_INVALID_DEVICE;
  return *device = number, CUDA_SUCCESS;
}
CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = (int)card->major; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = (int)card->minor; break;
    default: *value = attribute == CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED;
  }
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetName(char *name, int capacity, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  return snprintf(name, capacity, "%.*s", NAME_BYTES, card->name), CUDA_SUCCESS;
}
CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  return stand_in_uuid(card, (unsigned char *)uuid->bytes), CUDA_SUCCESS;
}
CUresult cuDeviceGetPCIBusId(char *text, int capacity, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  return snprintf(text, capacity, "0000:%02X:00.0", (unsigned)card->pci_bus), CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned *flags, int *active) {
  struct card *card = card_numbered(device);
  if (flags) *flags = 0;
  *active = card && card->is_open;
  return CUDA_SUCCESS;
}
/* A context that is opened here goes when its last share is released; one that the runtime has opened
 * stays. */
static int shares[CARDS_MAX];
static int *shares_of(struct card *card) { return &shares[card - stand_in_state()->card]; }

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  if (!card->is_open || *shares_of(card)) ++*shares_of(card);
  stand_in_open(card);
  *context = (CUcontext)card;
  return CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  struct card *card = card_numbered(device);
  if (!card) return CUDA_ERROR_INVALID_DEVICE;
  if (*shares_of(card) && --*shares_of(card) == 0 && !card->held_bytes) card->is_open = 0;
  return CUDA_SUCCESS;
}
static __thread struct card *pushed;
CUresult cuCtxPushCurrent_v2(CUcontext context) {
  return pushed = (struct card *)context, CUDA_SUCCESS;
}
CUresult cuCtxPopCurrent_v2(CUcontext *context) {
  return *context = (CUcontext)pushed, pushed = NULL, CUDA_SUCCESS;
}
CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes) {
  if (!pushed) return CUDA_ERROR_INVALID_CONTEXT;
  *free_bytes = stand_in_free_bytes(pushed);
  *total_bytes = pushed->total_bytes;
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
