#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// The one screen. ncurses keeps its own state globally as well, so there is nothing to gain from a handle.
static SCREEN *screen;
static bool mouse_on;
static bool paste_on;
static int cursor_shown;

// What a crash handler needs, all of it made before: the bytes that give the terminal back, and its modes.
static char restore_bytes[512];
static volatile sig_atomic_t restore_length;
static volatile sig_atomic_t restore_armed;
static struct termios saved_modes;
static bool has_saved_modes;

#define MODES_MOUSE_ON "\033[?1000h\033[?1006h"
#define MODES_MOUSE_OFF "\033[?1006l\033[?1000l"
#define MODES_PASTE_ON "\033[?2004h"
#define MODES_PASTE_OFF "\033[?2004l"

// ---- crashes

static const int crash_signals[] = {SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP};
#define CRASH_COUNT (sizeof crash_signals / sizeof crash_signals[0])
static struct sigaction crash_former[CRASH_COUNT];
static char crash_stack[65536];
static stack_t crash_former_stack;

static void give_back_now(void) {
  if (!restore_armed) return;
  restore_armed = 0;
  const char *at = restore_bytes;
  size_t left = (size_t)restore_length;
  while (left > 0) {
    ssize_t done = write(STDOUT_FILENO, at, left);
    if (done <= 0) break;
    at += done;
    left -= (size_t)done;
  }
  // Late mouse reports and replies would otherwise be typed into the shell.
  tcflush(STDIN_FILENO, TCIFLUSH);
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
}

static void on_crash(int number) {
  give_back_now();
  // SA_RESETHAND has put the default back; the signal is blocked until this returns, then it ends the process.
  raise(number);
}

static void guard_crashes(void) {
  stack_t stack;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = crash_stack;
  stack.ss_size = sizeof crash_stack;
  sigaltstack(&stack, &crash_former_stack);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_crash;
  action.sa_flags = SA_RESETHAND | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < CRASH_COUNT; i++) sigaction(crash_signals[i], &action, &crash_former[i]);
}

static void unguard_crashes(void) {
  for (size_t i = 0; i < CRASH_COUNT; i++) sigaction(crash_signals[i], &crash_former[i], NULL);
  sigaltstack(&crash_former_stack, NULL);
}

static void append_restore(size_t *length, const char *text) {
  if (text == NULL || text == (char *)-1) return;
  for (; *text && *length < sizeof restore_bytes - 1; text++) {
    // Padding such as $<5> is for terminals slower than any that is left.
    if (text[0] == '$' && text[1] == '<') {
      const char *end = strchr(text, '>');
      if (end != NULL) {
        text = end;
        continue;
      }
    }
    restore_bytes[(*length)++] = *text;
  }
}

static void prepare_restore(void) {
  size_t length = 0;
  if (mouse_on) append_restore(&length, "\033[?1003l\033[?1002l" MODES_MOUSE_OFF);
  if (paste_on) append_restore(&length, MODES_PASTE_OFF "\033[?1004l");
  append_restore(&length, tigetstr("sgr0"));
  append_restore(&length, tigetstr("op"));
  append_restore(&length, tigetstr("rmacs"));
  append_restore(&length, tigetstr("cnorm"));
  append_restore(&length, tigetstr("rmcup"));
  restore_length = (sig_atomic_t)length;
}

// ---- the screen

// Written past ncurses, whose own way for such strings ends in the buffer of stdio and stays there.
static void send(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t done = write(STDOUT_FILENO, text, left);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return;
    text += done;
    left -= (size_t)done;
  }
}

static void modes_on(void) {
  if (mouse_on && paste_on) {
    send(MODES_MOUSE_ON MODES_PASTE_ON);
  } else if (paste_on) {
    send(MODES_PASTE_ON);
  }
}

static void modes_off(void) {
  if (mouse_on && paste_on) {
    send(MODES_MOUSE_OFF MODES_PASTE_OFF);
  } else if (paste_on) {
    send(MODES_PASTE_OFF);
  }
}

static bool has_capability(char *name) {
  const char *value = tigetstr(name);
  return value != NULL && value != (char *)-1 && *value != 0;
}

int cn_open(const char *term, bool mouse, bool color, cn_facts *facts) {
  // Only the characters' encoding; numbers and messages stay the program's own.
  setlocale(LC_CTYPE, "");
  facts->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  // The kernel's size counts, not what a shell once exported.
  use_env(FALSE);
  use_tioctl(TRUE);
  has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  if (term == NULL) term = getenv("TERM");
  if (term == NULL || *term == 0) return CN_NO_TERMINAL_TYPE;
  screen = newterm((char *)term, stdout, stdin);
  if (screen == NULL) return CN_NO_TERMINAL_TYPE;
  if (!has_capability("cup") || !has_capability("clear")) {
    endwin();
    delscreen(screen);
    screen = NULL;
    return CN_NO_CURSOR_ADDRESSING;
  }
  bool has_reports = has_capability("kmous");
  mouse_on = mouse && has_reports;
  paste_on = has_reports;
  prepare_restore();
  restore_armed = 1;
  guard_crashes();
  raw();
  noecho();
  nonl();
  typeahead(-1);
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  facts->is_direct = false;
  facts->colors = 0;
  facts->pairs = 0;
  if (color && has_colors() && start_color() == OK) {
    use_default_colors();
    facts->colors = COLORS;
    facts->pairs = COLOR_PAIRS;
    const bool flag = tigetflag("RGB") > 0;
    facts->is_direct = COLORS >= 0x1000000 && flag;
    // Direct entries that say their bits per channel otherwise than by the flag are left to 256 colours.
    if (COLORS >= 0x1000000 && !flag) facts->colors = 8;
  }
  facts->columns = COLS;
  facts->rows = LINES;
  facts->has_mouse = mouse_on;
  cursor_shown = -1;
  modes_on();
  return CN_OK;
}

void cn_close(void) {
  if (screen == NULL) return;
  modes_off();
  curs_set(1);
  tcflush(STDIN_FILENO, TCIFLUSH);
  if (!isendwin()) endwin();
  restore_armed = 0;
  unguard_crashes();
  // What ncurses restored may be what another program had left; these are the modes that were found.
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_modes);
  delscreen(screen);
  screen = NULL;
}

void cn_pause(void) {
  if (screen == NULL) return;
  modes_off();
  curs_set(1);
  endwin();
  restore_armed = 0;
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_modes);
}

void cn_regain(bool was_paused) {
  if (screen == NULL) return;
  // The shell may have changed its modes meanwhile; those are the ones to leave behind. Without a pause ours still hold.
  if (was_paused) has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  restore_armed = 1;
  reset_prog_mode();
}

void cn_repaint(void) {
  if (screen == NULL) return;
  clearok(curscr, TRUE);
  cursor_shown = -1;
  modes_on();
  doupdate();
}

bool cn_pair(int pair, int foreground, int background) {
  return init_extended_pair(pair, foreground, background) == OK;
}

static attr_t attributes_of(uint8_t bits) {
  attr_t result = A_NORMAL;
  if (bits & 1) result |= A_BOLD;
  if (bits & 2) result |= A_DIM;
  if (bits & 4) result |= A_UNDERLINE;
  if (bits & 8) result |= A_REVERSE;
  return result;
}

void cn_put(int row, int column, const cn_cell *cells, int count, const cn_cluster *clusters, int cluster_count) {
  if (screen == NULL) return;
  cchar_t line[256];
  int used = 0;
  int start = column;
  int at = column;
  for (int i = 0; i < count; i++) {
    const cn_cell *cell = &cells[i];
    if (cell->columns == 0) {
      at++;
      continue;
    }
    if (used > 250) {
      mvadd_wchnstr(row, start, line, used);
      used = 0;
      start = at;
    }
    wchar_t text[CCHARW_MAX + 1] = {0};
    int width = cell->columns;
    uint32_t index = cell->scalar & 0x7FFFFFFF;
    if (cell->scalar & 0x80000000u) {
      int length = 0;
      if (index < (uint32_t)cluster_count) {
        for (uint32_t k = 0; k < clusters[index].count && length < CCHARW_MAX; k++) {
          wchar_t scalar = (wchar_t)clusters[index].scalars[k];
          // ncurses holds one spacing character a cell; a joined sequence is shown by its first.
          if (length > 0 && wcwidth(scalar) != 0) break;
          if (length > 0 && scalar == 0x200D) break;
          text[length++] = scalar;
        }
      }
    } else {
      text[0] = (wchar_t)index;
    }
    // The frame's widths are pinned; libc may know others. A cell that it would make wider is not shown.
    int known = text[0] == 0 ? -1 : (text[0] < 0x7F && text[0] >= 0x20) ? 1 : wcwidth(text[0]);
    if (known < 1 || known > width) {
      text[0] = L'?';
      text[1] = 0;
      known = 1;
    }
    int pair = cell->pair;
    attr_t attributes = attributes_of(cell->attributes);
    setcchar(&line[used++], text, attributes, 0, &pair);
    if (known < width) setcchar(&line[used++], L" ", attributes, 0, &pair);
    at++;
  }
  if (used > 0) mvadd_wchnstr(row, start, line, used);
}

void cn_resize(int columns, int rows) {
  if (screen == NULL) return;
  resizeterm(rows, columns);
  werase(stdscr);
  // Terminals move lines about when they are resized; nothing on them can be trusted.
  clearok(curscr, TRUE);
}

void cn_flush(int row, int column, bool visible) {
  if (screen == NULL) return;
  move(row, column);
  if (cursor_shown != (int)visible) {
    curs_set(visible ? 1 : 0);
    cursor_shown = visible;
  }
  wnoutrefresh(stdscr);
  doupdate();
}

void cn_query_cursor(void) {
  send("\033[6n");
}

bool cn_window_size(int32_t *columns, int32_t *rows) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return false;
  if (size.ws_col == 0 || size.ws_row == 0) return false;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}

bool cn_is_interactive(void) { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }
