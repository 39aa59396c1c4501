// The templates of the report's page, compiled into the binary, so that they are there wherever it lies.
#ifndef CREPORTTEMPLATES_H
#define CREPORTTEMPLATES_H

#include <stdint.h>

// A template: its name, and its bytes, which live as long as the program.
typedef struct {
  const char *name;
  const uint8_t *bytes;
  int64_t length;
} report_template;

// How many there are.
int64_t report_template_count(void);
// One of them, by its number from 0.
report_template report_template_at(int64_t index);

#endif
