// The scripts that go with an export, compiled into the binary, so that they are there wherever it lies.
#ifndef CEXPORTSCRIPTS_H
#define CEXPORTSCRIPTS_H

#include <stdint.h>

// A script: its bytes, which live as long as the program.
typedef struct {
  const uint8_t *bytes;
  int64_t length;
} export_script;

// For R, without any package.
export_script export_script_r(void);
// For Python, with the standard library alone.
export_script export_script_python(void);

#endif
