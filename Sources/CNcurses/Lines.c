// What a surface of lines asks of the system; nothing of ncurses is needed for it.
#define _GNU_SOURCE 1
#include "CNcurses.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

bool cn_set_locale(void) {
  // Only the characters' encoding; numbers and messages stay the program's own.
  setlocale(LC_CTYPE, "");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void cn_ignore_broken_pipes(bool ignores) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = ignores ? SIG_IGN : SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGPIPE, &action, NULL);
}
