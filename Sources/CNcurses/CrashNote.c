// What a crash writes into a file before the process ends: made ahead, so that the handler only has to write it.
#define _GNU_SOURCE 1
#include "CNcurses.h"
#include "Restore.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

// Two of them: while one is filled in, the other one stands.
static struct {
  int descriptor;
  size_t length;
  char bytes[CN_LONGEST_CRASH_NOTE];
} notes[2];
static volatile sig_atomic_t standing = -1;

void cn_keep_crash_note(int descriptor, const uint8_t *bytes, int length) {
  if (length <= 0 || length > CN_LONGEST_CRASH_NOTE) {
    standing = -1;
    return;
  }
  const int next = standing == 0 ? 1 : 0;
  notes[next].descriptor = descriptor;
  notes[next].length = (size_t)length;
  memcpy(notes[next].bytes, bytes, (size_t)length);
  // The compiler must not move the filling in behind the switch.
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  standing = next;
}

void cn_forget_crash_note(void) {
  standing = -1;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void cn_guard_crashes(bool guards) { guards ? restore_guard() : restore_unguard(); }

void crash_note_write(void) {
  const int which = (int)standing;
  if (which < 0) return;
  standing = -1;
  const char *at = notes[which].bytes;
  size_t left = notes[which].length;
  while (left > 0) {
    ssize_t done = write(notes[which].descriptor, at, left);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return;
    at += done;
    left -= (size_t)done;
  }
}
