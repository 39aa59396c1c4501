// The built-in screen files, compiled into the binary, so that they are there wherever it lies.
#ifndef CBUILTINSCREENS_H
#define CBUILTINSCREENS_H

#include <stdint.h>

// One file: its path under screens/, and its bytes, which live as long as the program.
typedef struct {
  const char *path;
  const uint8_t *bytes;
  int64_t length;
} built_in_file;

// How many files there are.
int32_t built_in_count(void);
// The file at an index from 0; files are in order of their paths.
built_in_file built_in_at(int32_t index);
// The compiled baseline of consumer-terms as canonical bytes; empty path and length 0 when it was not generated.
built_in_file built_in_demo_flow(void);

#endif
