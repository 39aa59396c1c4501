#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"
#include "Restore.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// The one screen. ncurses keeps its own state globally as well, so there is nothing to gain from a handle.
static SCREEN *screen;
// Mouse reports; and what every terminal of xterm's kind has: pastes that say so, and reports of the window's focus.
static bool mouse_on;
static bool reports_on;
// ncurses goes to the other screen with its first bytes; the modes come after it, as they are switched off before.
static bool modes_wait;
static struct termios saved_modes;
static bool has_saved_modes;
static int cursor_shown;

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
  modes_wait = false;
  if (mouse_on && reports_on) {
    send(RESTORE_MOUSE_ON RESTORE_REPORTS_ON);
  } else if (reports_on) {
    send(RESTORE_REPORTS_ON);
  }
}

static void modes_off(void) {
  if (mouse_on && reports_on) {
    send(RESTORE_MOUSE_OFF RESTORE_REPORTS_OFF);
  } else if (reports_on) {
    send(RESTORE_REPORTS_OFF);
  }
}

static bool has_capability(const char *name) {
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
  // Reports that nobody would understand are not asked for.
  reports_on = has_capability("kmous");
  mouse_on = mouse && reports_on;
  restore_keep_palette();
  restore_prepare(mouse_on, reports_on);
  restore_arm(has_saved_modes ? &saved_modes : NULL);
  restore_guard();
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
    facts->is_direct = COLORS >= 0x1000000 && cn_has_eight_bits_a_channel();
  }
  facts->columns = COLS;
  facts->rows = LINES;
  facts->has_mouse = mouse_on;
  facts->reports_focus = reports_on;
  cursor_shown = -1;
  modes_wait = true;
  return CN_OK;
}

void cn_close(void) {
  if (screen == NULL) return;
  modes_off();
  curs_set(1);
  if (!isendwin()) endwin();
  restore_disarm();
  restore_unguard();
  // What ncurses restored may be what another program had left; these are the modes that were found. What was typed
  // ahead and reports that come late go with the switch; they would otherwise be typed into the shell.
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_modes);
  delscreen(screen);
  screen = NULL;
}

void cn_pause(void) {
  if (screen == NULL) return;
  modes_off();
  curs_set(1);
  endwin();
  restore_disarm();
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_modes);
}

void cn_regain(bool was_paused) {
  if (screen == NULL) return;
  // The shell may have changed its modes meanwhile; those are the ones to leave behind. Without a pause ours still hold.
  if (was_paused) has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  restore_arm(has_saved_modes ? &saved_modes : NULL);
  reset_prog_mode();
}

void cn_repaint(void) {
  if (screen == NULL) return;
  clearok(curscr, TRUE);
  cursor_shown = -1;
  doupdate();
  modes_on();
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

// Marks above and below a character are shown with it; what joins, hides, turns the direction or asks for another
// picture is not: terminals disagree about its width, and some of it would move what stands elsewhere in the row.
static bool is_mark(uint32_t scalar) {
  if (scalar < 0x300 || scalar == 0x034F || scalar == 0x061C || scalar == 0x20E3) return false;
  if ((scalar >= 0x1160 && scalar <= 0x11FF) || (scalar >= 0xD7B0 && scalar <= 0xD7FF)) return false;
  if ((scalar >= 0x180B && scalar <= 0x180F) || (scalar >= 0x200B && scalar <= 0x200F)) return false;
  if ((scalar >= 0x2028 && scalar <= 0x202E) || (scalar >= 0x2060 && scalar <= 0x206F)) return false;
  if ((scalar >= 0xFE00 && scalar <= 0xFE0F) || scalar == 0xFEFF || scalar >= 0xE0000) return false;
  return wcwidth((wchar_t)scalar) == 0;
}

static bool is_indicator(uint32_t scalar) { return scalar >= 0x1F1E6 && scalar <= 0x1F1FF; }

// The one scalar of a Hangul syllable that is written in its parts, or the first of the cluster.
static wchar_t composed(const cn_cluster *cluster) {
  const uint32_t *part = cluster->scalars;
  if (cluster->count < 2 || part[0] < 0x1100 || part[0] > 0x1112 || part[1] < 0x1161 || part[1] > 0x1175) {
    return (wchar_t)part[0];
  }
  const bool has_end = cluster->count > 2 && part[2] > 0x11A7 && part[2] <= 0x11C2;
  return (wchar_t)(0xAC00 + ((part[0] - 0x1100) * 21 + part[1] - 0x1161) * 28 + (has_end ? part[2] - 0x11A7 : 0));
}

static int width_of(wchar_t scalar) {
  if (scalar < 0x20 || scalar == 0x7F) return -1;
  return scalar < 0x7F ? 1 : wcwidth(scalar);
}

// What is put into a cell of `width` columns: into `first`, and in `second` what fills its right half where ncurses
// takes the first for narrower. The frame's widths are pinned and libc may know others, so the two always add up.
static int glyph_of(
    const cn_cell *cell, int width, const cn_cluster *clusters, int cluster_count, wchar_t *first, wchar_t *second) {
  const uint32_t index = cell->scalar & 0x7FFFFFFF;
  const bool is_cluster = (cell->scalar & 0x80000000u) != 0;
  const cn_cluster *cluster = is_cluster && index < (uint32_t)cluster_count ? &clusters[index] : NULL;
  second[0] = L' ';
  first[0] = is_cluster ? (cluster != NULL && cluster->count > 0 ? composed(cluster) : 0) : (wchar_t)index;
  if (cluster != NULL && cluster->count > 1 && width == 2 && is_indicator(cluster->scalars[0]) &&
      is_indicator(cluster->scalars[1])) {
    // A flag is two letters; half the terminals show it as these, one column each.
    first[0] = L'A' + (wchar_t)(cluster->scalars[0] - 0x1F1E6);
    second[0] = L'A' + (wchar_t)(cluster->scalars[1] - 0x1F1E6);
    return 1;
  }
  int known = width_of(first[0]);
  if (known < 1 || known > width || (known < width && !is_cluster)) {
    first[0] = L'?';
    return 1;
  }
  int length = 1;
  // The parts of a syllable are in it already; no mark is among them.
  for (uint32_t k = 1; cluster != NULL && k < cluster->count && length < CCHARW_MAX; k++) {
    // ncurses holds one spacing character a cell; a joined sequence is shown by its first.
    if (!is_mark(cluster->scalars[k])) break;
    first[length++] = (wchar_t)cluster->scalars[k];
  }
  return known;
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
    wchar_t first[CCHARW_MAX + 1] = {0};
    wchar_t second[2] = {0};
    int width = cell->columns;
    int pair = cell->pair;
    const attr_t attributes = attributes_of(cell->attributes);
    if (width > count - i) {
      // The right half would be beyond the edge.
      width = count - i;
      first[0] = L' ';
    } else if (glyph_of(cell, width, clusters, cluster_count, first, second) < width) {
      setcchar(&line[used++], first, attributes, 0, &pair);
      setcchar(&line[used++], second, attributes, 0, &pair);
      at++;
      continue;
    }
    setcchar(&line[used++], first, attributes, 0, &pair);
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
  if (modes_wait) modes_on();
}

void cn_query_cursor(void) { send("\033[6n"); }

void cn_swallow_reply(int milliseconds) {
  const int64_t end = cn_clock() + (int64_t)milliseconds * 1000;
  for (;;) {
    const int64_t left = end - cn_clock();
    struct pollfd waited = {.fd = STDIN_FILENO, .events = POLLIN};
    if (left <= 0 || poll(&waited, 1, (int)((left + 999) / 1000)) <= 0) return;
    char bytes[256];
    const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    // The reply ends in an R; what is typed in this moment is as good as what is flushed after it.
    if (count <= 0 || memchr(bytes, 'R', (size_t)count) != NULL) return;
  }
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
