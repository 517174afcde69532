/* The cards that the stand-in pretends to have, and the books that it keeps of them.
 *
 * All of it lies in one file that GPU_STAND_IN names, mapped shared: whoever started the program can
 * read the books and change the settings while it runs. `src/state.rs` writes and reads the same
 * layout; both sides check `MAGIC`. Without the file there is one card of 8 GiB.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define MAGIC 0x3130444e41545343ULL
#define CARDS_MAX 8
#define NAME_BYTES 64

struct card {
  /* Settings. */
  uint64_t total_bytes;
  uint64_t others_bytes;         /* held by other programs; may change while work runs */
  uint64_t context_bytes;        /* what the first use of the card takes */
  uint64_t driver_bytes;         /* kept by the driver for itself; counts as used */
  uint64_t major, minor;         /* compute capability */
  uint64_t pci_bus;              /* NVML sorts by it */
  uint64_t mig_parent_bytes;     /* the whole card's size where this is an instance of one, or 0 */
  /* Books. */
  uint64_t is_open;              /* whether a context holds `context_bytes` */
  uint64_t held_bytes;           /* given out and not yet given back */
  uint64_t peak_held_bytes;
  uint64_t allocations, frees, refusals;
  uint64_t spare[2];
  char name[NAME_BYTES];
};

struct state {
  uint64_t magic;
  uint64_t cards;
  /* Settings; 0 is never. */
  uint64_t fail_at_launch;       /* from this launch on every call fails */
  uint64_t refuse_allocation;    /* this one allocation, counted from 1 */
  uint64_t cudnn_workspace_bytes;
  uint64_t driver_version;       /* such as 13000; older than the runtime means unusable */
  uint64_t nvml_hides_process;   /* NVML does not tell this process's share */
  /* Books. */
  uint64_t launches;
  uint64_t allocations;
  uint64_t owner;                /* the process that holds the memory */
  uint64_t spare[6];
  struct card card[CARDS_MAX];
};

#define RUNTIME_VERSION 13000

/* The state, mapped at the first call. */
struct state *stand_in_state(void);

/* Cards in CUDA's order after CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER; gives how many. */
int stand_in_visible(struct card *cards[CARDS_MAX]);

/* Cards in NVML's order: by PCI bus, none hidden. */
int stand_in_by_pci(struct card *cards[CARDS_MAX]);

/* 16 bytes that tell a card from others. */
void stand_in_uuid(const struct card *card, unsigned char uuid[16]);

/* As NVML writes it: GPU-… or, for an instance of a card, MIG-…; 41 bytes with the end. */
void stand_in_uuid_text(const struct card *card, char text[48]);

/* Has the card's context opened, which takes its memory. */
void stand_in_open(struct card *card);

/* What is not held by anyone, in bytes. */
uint64_t stand_in_free_bytes(const struct card *card);

/* Books so many bytes, or gives false where the card or a setting has no room for them. */
bool stand_in_take(struct card *card, uint64_t bytes);
void stand_in_give_back(struct card *card, uint64_t bytes);

/* Counts a launch; false once the card has failed. */
bool stand_in_launch(void);
bool stand_in_has_failed(void);
