// What can be found out about a terminal without opening a screen on it.
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

static bool has_string(const char *name) {
  const char *value = tigetstr((char *)name);
  return value != NULL && value != (char *)-1 && *value != 0;
}

bool cn_has_eight_bits_a_channel(void) {
  // The extension has three forms: a flag, which means a third of the bits each, a number, or "red/green/blue".
  if (tigetflag("RGB") > 0) return tigetnum("colors") == 0x1000000;
  if (tigetnum("RGB") == 8) return true;
  const char *widths = tigetstr("RGB");
  return widths != NULL && widths != (char *)-1 && strcmp(widths, "8/8/8") == 0;
}

bool cn_probe(cn_probed *found) {
  memset(found, 0, sizeof *found);
  const char *term = getenv("TERM");
  if (term == NULL || *term == 0) return false;
  int error = 0;
  if (setupterm((char *)term, 1, &error) != OK) return false;
  found->can_move_cursor = has_string("cup");
  found->can_clear = has_string("clear");
  found->has_alternate_screen = has_string("smcup") && has_string("rmcup");
  found->can_hide_cursor = has_string("civis") && has_string("cnorm");
  found->has_mouse = has_string("kmous");
  const int colors = tigetnum("colors");
  found->colors = colors > 0 ? colors : 0;
  found->is_direct = colors >= 0x1000000 && cn_has_eight_bits_a_channel();
  del_curterm(cur_term);
  return true;
}

void cn_codeset(char *name, int size) {
  setlocale(LC_CTYPE, "");
  strncpy(name, nl_langinfo(CODESET), (size_t)size - 1);
  name[size - 1] = 0;
}
