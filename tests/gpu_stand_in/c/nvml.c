/* In place of the driver's management library (libnvidia-ml.so.1): what the cards are and who holds
 * their memory. With INCOMPLETE it lacks what libtorch asks for when memory runs out, as the libraries
 * of some drivers and containers do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state.h"

enum { SUCCESS = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, INVALID_ARGUMENT = 2 };

struct memory { unsigned long long total, free, used; };
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };
struct process_v1 { unsigned pid; unsigned long long used; };
struct process_v2 { unsigned pid; unsigned long long used; unsigned gpu_instance, compute_instance; };
struct pci {
  char bus_id_legacy[16];
  unsigned domain, bus, device, device_id, subsystem_id;
  char bus_id[32];
};

/* A handle is a card; that of the whole card around an instance is the card with the lowest bit set. */
static struct card *card_of(void *handle) { return (void *)((uintptr_t)handle & ~(uintptr_t)1); }
static int is_whole(void *handle) { return (uintptr_t)handle & 1; }
static void *whole_of(struct card *card) {
  return card->mig_parent_bytes ? (void *)((uintptr_t)card | 1) : card;
}
static uint64_t total_of(void *handle) {
  struct card *card = card_of(handle);
  return is_whole(handle) ? card->mig_parent_bytes : card->total_bytes;
}

int nvmlInit_v2(void) { return SUCCESS; }
int nvmlInit(void) { return SUCCESS; }
int nvmlInitWithFlags(unsigned flags) { (void)flags; return SUCCESS; }
int nvmlShutdown(void) { return SUCCESS; }

const char *nvmlErrorString(int status) { return status ? "stand-in: not supported" : "success"; }

static int text(char *out, unsigned capacity, const char *words) {
  if (strlen(words) >= capacity) return INSUFFICIENT_SIZE;
  strcpy(out, words);
  return SUCCESS;
}

int nvmlSystemGetDriverVersion(char *out, unsigned capacity) { return text(out, capacity, "580.0"); }
int nvmlSystemGetNVMLVersion(char *out, unsigned capacity) { return text(out, capacity, "13.580"); }

int nvmlSystemGetCudaDriverVersion(int *version) {
  *version = (int)stand_in_state()->driver_version;
  return SUCCESS;
}
int nvmlSystemGetCudaDriverVersion_v2(int *version) {
  return nvmlSystemGetCudaDriverVersion(version);
}

int nvmlSystemGetProcessName(unsigned pid, char *name, unsigned capacity) {
  char path[64], words[256] = "";
  snprintf(path, sizeof path, "/proc/%u/comm", pid);
  FILE *file = fopen(path, "r");
  if (!file) return NOT_FOUND;
  if (!fgets(words, sizeof words, file)) words[0] = '\0';
  fclose(file);
  words[strcspn(words, "\n")] = '\0';
  snprintf(name, capacity, "%s", words);
  return SUCCESS;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
  struct card *cards[CARDS_MAX];
  *count = (unsigned)stand_in_by_pci(cards);
  return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) {
  struct card *cards[CARDS_MAX];
  if ((int)index >= stand_in_by_pci(cards)) return INVALID_ARGUMENT;
  *handle = whole_of(cards[index]);
  return SUCCESS;
}

int nvmlDeviceGetHandleByUUID(const char *uuid, void **handle) {
  struct card *cards[CARDS_MAX];
  int count = stand_in_by_pci(cards);
  for (int number = 0; number < count; number++) {
    char own[48];
    stand_in_uuid_text(cards[number], own);
    if (strcmp(own, uuid) == 0) {
      *handle = cards[number];
      return SUCCESS;
    }
  }
  return NOT_FOUND;
}

static void bus_id_of(const struct card *card, char out[32]) {
  snprintf(out, 32, "00000000:%02X:00.0", (unsigned)card->pci_bus);
}

int nvmlDeviceGetHandleByPciBusId_v2(const char *bus_id, void **handle) {
  struct card *cards[CARDS_MAX];
  int count = stand_in_by_pci(cards);
  unsigned domain = 0, bus = 0, device = 0;
  if (sscanf(bus_id, "%x:%x:%x", &domain, &bus, &device) != 3) return INVALID_ARGUMENT;
  for (int number = 0; number < count; number++) {
    if (cards[number]->pci_bus == bus) {
      *handle = whole_of(cards[number]);
      return SUCCESS;
    }
  }
  return NOT_FOUND;
}

int nvmlDeviceGetPciInfo_v3(void *handle, struct pci *pci) {
  memset(pci, 0, sizeof *pci);
  pci->bus = (unsigned)card_of(handle)->pci_bus;
  bus_id_of(card_of(handle), pci->bus_id);
  snprintf(pci->bus_id_legacy, sizeof pci->bus_id_legacy, "%s", pci->bus_id + 4);
  return SUCCESS;
}

int nvmlDeviceGetIndex(void *handle, unsigned *index) {
  struct card *cards[CARDS_MAX];
  int count = stand_in_by_pci(cards);
  for (int number = 0; number < count; number++)
    if (cards[number] == card_of(handle)) *index = (unsigned)number;
  return SUCCESS;
}

int nvmlDeviceGetName(void *handle, char *out, unsigned capacity) {
  return text(out, capacity, card_of(handle)->name);
}

int nvmlDeviceGetUUID(void *handle, char *out, unsigned capacity) {
  char uuid[48];
  stand_in_uuid_text(card_of(handle), uuid);
  if (is_whole(handle)) memcpy(uuid, "GPU", 3);
  return text(out, capacity, uuid);
}

int nvmlDeviceGetMigMode(void *handle, unsigned *current, unsigned *pending) {
  *current = *pending = is_whole(handle);
  return SUCCESS;
}

int nvmlDeviceIsMigDeviceHandle(void *handle, unsigned *is_mig) {
  *is_mig = card_of(handle)->mig_parent_bytes != 0 && !is_whole(handle);
  return SUCCESS;
}

int nvmlDeviceGetMaxMigDeviceCount(void *handle, unsigned *count) {
  *count = is_whole(handle) ? 1 : 0;
  return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void *handle, unsigned index, void **instance) {
  if (!is_whole(handle) || index > 0) return NOT_FOUND;
  *instance = card_of(handle);
  return SUCCESS;
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(void *handle, void **whole) {
  *whole = whole_of(card_of(handle));
  return SUCCESS;
}

int nvmlDeviceGetCudaComputeCapability(void *handle, int *major, int *minor) {
  *major = (int)card_of(handle)->major;
  *minor = (int)card_of(handle)->minor;
  return SUCCESS;
}

int nvmlDeviceGetMemoryInfo(void *handle, struct memory *memory) {
  struct card *card = card_of(handle);
  uint64_t used = card->total_bytes - stand_in_free_bytes(card);
  *memory = (struct memory){total_of(handle), total_of(handle) - used, used};
  return SUCCESS;
}

int nvmlDeviceGetMemoryInfo_v2(void *handle, struct memory_v2 *memory) {
  struct card *card = card_of(handle);
  uint64_t used = card->total_bytes - stand_in_free_bytes(card), driver = card->driver_bytes;
  memory->total = total_of(handle);
  memory->reserved = driver;
  memory->free = total_of(handle) - used;
  memory->used = used - driver;
  return SUCCESS;
}

/* This process, and the one that started it in place of all others. */
static unsigned processes(void *handle, struct process_v2 out[2]) {
  struct card *card = card_of(handle);
  unsigned count = 0;
  if (card->is_open && !stand_in_state()->nvml_hides_process)
    out[count++] = (struct process_v2){(unsigned)getpid(), card->held_bytes + card->context_bytes,
                                       ~0U, ~0U};
  if (card->others_bytes)
    out[count++] = (struct process_v2){(unsigned)getppid(), card->others_bytes, ~0U, ~0U};
  return count;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, unsigned *count, struct process_v2 *out) {
  struct process_v2 found[2];
  unsigned capacity = *count;
  *count = processes(handle, found);
  if (capacity < *count) return INSUFFICIENT_SIZE;
  memcpy(out, found, *count * sizeof found[0]);
  return SUCCESS;
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(void *handle, unsigned *count, struct process_v2 *out) {
  (void)handle, (void)out;
  *count = 0;
  return SUCCESS;
}

#ifndef INCOMPLETE
int nvmlDeviceGetComputeRunningProcesses(void *handle, unsigned *count, struct process_v1 *out) {
  struct process_v2 found[2];
  unsigned capacity = *count;
  *count = processes(handle, found);
  if (capacity < *count) return INSUFFICIENT_SIZE;
  for (unsigned number = 0; number < *count; number++)
    out[number] = (struct process_v1){found[number].pid, found[number].used};
  return SUCCESS;
}

int nvmlDeviceGetNvLinkRemoteDeviceType(void *handle, unsigned link, unsigned *type) {
  (void)handle, (void)link, (void)type;
  return NOT_SUPPORTED;
}
int nvmlDeviceGetNvLinkRemotePciInfo_v2(void *handle, unsigned link, struct pci *pci) {
  (void)handle, (void)link, (void)pci;
  return NOT_SUPPORTED;
}
int nvmlDeviceGetGpuFabricInfoV(void *handle, void *info) {
  (void)handle, (void)info;
  return NOT_SUPPORTED;
}
#endif
