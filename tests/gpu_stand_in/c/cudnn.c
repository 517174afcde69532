/* In place of cuDNN (libcudnn.so.9): every convolution has one engine, which computes nothing and
 * asks for as much workspace as is set.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "state.h"

enum { SUCCESS = 0, EXECUTION_FAILED = 5000 };
/* Of cudnnBackendAttributeName_t. */
enum {
  HEURISTICS_RESULTS = 202,
  PLAN_WORKSPACE_SIZE = 402,
  CONFIG_WORKSPACE_SIZE = 303,
};

size_t cudnnGetVersion(void) { return 91900; }
size_t cudnnGetCudartVersion(void) { return RUNTIME_VERSION; }
const char *cudnnGetErrorString(int status) {
  return status ? "CUDNN_STATUS_EXECUTION_FAILED (stand-in)" : "CUDNN_STATUS_SUCCESS";
}
void cudnnGetLastErrorString(char *message, size_t capacity) {
  if (capacity) message[0] = '\0';
}

int cudnnCreate(void **handle) {
  *handle = malloc(8);
  return *handle ? SUCCESS : 1;
}

int cudnnBackendCreateDescriptor(int type, void **descriptor) {
  (void)type;
  *descriptor = malloc(8);
  return *descriptor ? SUCCESS : 1;
}

int cudnnBackendDestroyDescriptor(void *descriptor) {
  free(descriptor);
  return SUCCESS;
}

int cudnnBackendGetAttribute(void *descriptor, int attribute, int type, int64_t capacity,
                             int64_t *count, void *values) {
  (void)descriptor, (void)type;
  int64_t found = 0;
  switch (attribute) {
    case PLAN_WORKSPACE_SIZE:
    case CONFIG_WORKSPACE_SIZE:
      if (values && capacity > 0) *(int64_t *)values = stand_in_state()->cudnn_workspace_bytes;
      found = 1;
      break;
    case HEURISTICS_RESULTS: /* the caller's own descriptor */
    case 300:
    case 401:
    case 201:
    case 1301:
      found = 1;
      break;
    default:
      break;
  }
  if (count) *count = found;
  return SUCCESS;
}

int cudnnBackendExecute(void *handle, void *plan, void *pack) {
  (void)handle, (void)plan, (void)pack;
  return stand_in_launch() ? SUCCESS : EXECUTION_FAILED;
}
