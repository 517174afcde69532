/* The cards and their books. */
#define _GNU_SOURCE
#include "state.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct state *state;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* What a process held goes with it, as with a real driver. */
static void succeed(void) {
  if (state->owner && kill((pid_t)state->owner, 0) == 0) return;
  state->owner = (uint64_t)getpid();
  for (uint64_t number = 0; number < state->cards; number++)
    state->card[number].held_bytes = state->card[number].is_open = 0;
}

static void map_state(void) {
  const char *path = getenv("GPU_STAND_IN");
  if (path && *path) {
    int file = open(path, O_RDWR | O_CLOEXEC);
    void *mapped = MAP_FAILED;
    if (file >= 0) {
      mapped = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      close(file);
    }
    state = mapped;
    if (mapped == MAP_FAILED || state->magic != MAGIC || state->cards > CARDS_MAX) {
      fprintf(stderr, "gpu stand-in: GPU_STAND_IN names %s, which is no state of this stand-in\n",
              path);
      abort();
    }
    succeed();
    return;
  }
  state = calloc(1, sizeof(struct state));
  if (!state) abort();
  state->magic = MAGIC;
  state->cards = 1;
  state->driver_version = RUNTIME_VERSION;
  state->card[0] = (struct card){.total_bytes = 8ULL << 30,
                                 .context_bytes = 400ULL << 20,
                                 .major = 8,
                                 .minor = 6,
                                 .pci_bus = 1,
                                 .name = "Stand-in (no GPU)"};
}

struct state *stand_in_state(void) {
  pthread_once(&once, map_state);
  return state;
}

void stand_in_uuid(const struct card *card, unsigned char uuid[16]) {
  memset(uuid, 0x5a, 16);
  uuid[15] = (unsigned char)card->pci_bus;
  uuid[14] = (unsigned char)(card - stand_in_state()->card);
}

void stand_in_uuid_text(const struct card *card, char text[48]) {
  unsigned char uuid[16];
  stand_in_uuid(card, uuid);
  int length = snprintf(text, 48, card->mig_parent_bytes ? "MIG-" : "GPU-");
  for (int byte = 0; byte < 16; byte++) {
    bool dash = byte == 4 || byte == 6 || byte == 8 || byte == 10;
    length += snprintf(text + length, 48 - length, dash ? "-%02x" : "%02x", uuid[byte]);
  }
}

static int by_pci(const void *left, const void *right) {
  uint64_t a = (*(struct card *const *)left)->pci_bus, b = (*(struct card *const *)right)->pci_bus;
  return (a > b) - (a < b);
}

static int all(struct card *cards[CARDS_MAX]) {
  int count = (int)stand_in_state()->cards;
  for (int number = 0; number < count; number++) cards[number] = &state->card[number];
  return count;
}

int stand_in_by_pci(struct card *cards[CARDS_MAX]) {
  int count = all(cards);
  qsort(cards, count, sizeof cards[0], by_pci);
  return count;
}

/* The card that a word of CUDA_VISIBLE_DEVICES names, or NULL. */
static struct card *named(const char *word, struct card *cards[CARDS_MAX], int count) {
  char text[48], *end;
  if (strncmp(word, "GPU-", 4) == 0 || strncmp(word, "MIG-", 4) == 0) {
    for (int number = 0; number < count; number++) {
      stand_in_uuid_text(cards[number], text);
      if (strncmp(text, word, strlen(word)) == 0) return cards[number];
    }
    return NULL;
  }
  long number = strtol(word, &end, 10);
  return end != word && *end == '\0' && number >= 0 && number < count ? cards[number] : NULL;
}

int stand_in_visible(struct card *visible[CARDS_MAX]) {
  struct card *cards[CARDS_MAX];
  const char *order = getenv("CUDA_DEVICE_ORDER"), *list = getenv("CUDA_VISIBLE_DEVICES");
  bool sorted = order && strcmp(order, "PCI_BUS_ID") == 0;
  int count = sorted ? stand_in_by_pci(cards) : all(cards), kept = 0;
  if (!list) {
    memcpy(visible, cards, sizeof cards);
    return count;
  }
  char words[1024], *next = NULL;
  snprintf(words, sizeof words, "%s", list);
  for (char *word = strtok_r(words, ", ", &next); word && kept < CARDS_MAX;
       word = strtok_r(NULL, ", ", &next)) {
    struct card *card = named(word, cards, count);
    if (!card) break; /* CUDA, too, looks no further than the first that it does not know */
    visible[kept++] = card;
  }
  return kept;
}

static uint64_t used_bytes(const struct card *card) {
  return card->held_bytes + card->others_bytes + card->driver_bytes +
         (card->is_open ? card->context_bytes : 0);
}

uint64_t stand_in_free_bytes(const struct card *card) {
  uint64_t used = used_bytes(card);
  return used < card->total_bytes ? card->total_bytes - used : 0;
}

void stand_in_open(struct card *card) {
  pthread_mutex_lock(&lock);
  card->is_open = 1;
  pthread_mutex_unlock(&lock);
}

bool stand_in_take(struct card *card, uint64_t bytes) {
  pthread_mutex_lock(&lock);
  bool refused = ++state->allocations == state->refuse_allocation;
  bool fits = !refused && stand_in_free_bytes(card) >= bytes;
  if (fits) {
    card->allocations++;
    card->held_bytes += bytes;
    if (card->held_bytes > card->peak_held_bytes) card->peak_held_bytes = card->held_bytes;
  } else {
    card->refusals++;
  }
  pthread_mutex_unlock(&lock);
  return fits;
}

void stand_in_give_back(struct card *card, uint64_t bytes) {
  pthread_mutex_lock(&lock);
  card->frees++;
  card->held_bytes -= bytes;
  pthread_mutex_unlock(&lock);
}

bool stand_in_has_failed(void) {
  struct state *now = stand_in_state();
  return now->fail_at_launch && now->launches >= now->fail_at_launch;
}

bool stand_in_launch(void) {
  __atomic_add_fetch(&stand_in_state()->launches, 1, __ATOMIC_RELAXED);
  return !stand_in_has_failed();
}
