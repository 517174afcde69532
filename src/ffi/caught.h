// What every plain C function of this folder ends with: a status, and what() in the caller's buffer.

#pragma once

#include <cstddef>
#include <cstring>
#include <exception>

enum Status : int { kOk = 0, kNoAccelerator = 1, kFailed = 2, kMissing = 3 };

inline void copy_message(const char* text, char* message, size_t capacity) {
  if (capacity == 0) return;
  std::strncpy(message, text, capacity - 1);
  message[capacity - 1] = '\0';
}

// No exception leaves this function.
template <typename Body>
int caught(char* message, size_t capacity, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception& error) {
    copy_message(error.what(), message, capacity);
  } catch (...) {
    copy_message("an exception that is not a std::exception", message, capacity);
  }
  return kFailed;
}
