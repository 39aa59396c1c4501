// The few things clickwrap asks of ncurses and of the kernel's terminal, behind plain C types.
//
// curses.h is not included here on purpose: its macros and globals do not import, and its globals are mutable.
// One screen at a time, all calls from one thread; ncurses is not thread-safe.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

// One cell as it is painted.
typedef struct {
  uint32_t scalar;     // Unicode scalar, or bit 31 and the index of a cluster
  uint16_t pair;       // colour pair, 0 for the terminal's own colours
  uint8_t attributes;  // 1 bold, 2 dim, 4 underline, 8 reverse
  uint8_t columns;     // 1 or 2, or 0 for the right half of a wide character
} cn_cell;

// A character of several scalars; of more than five only the first five are kept.
typedef struct {
  uint32_t scalars[5];
  uint32_t count;
} cn_cluster;

// What was found out about the terminal when it was opened.
typedef struct {
  int32_t columns;
  int32_t rows;
  int32_t colors;  // 0 without colours
  int32_t pairs;
  bool is_direct;      // a colour number is 0xRRGGBB
  bool is_utf8;        // the locale's characters are UTF-8
  bool has_mouse;      // mouse reports were switched on
  bool reports_focus;  // reports of the window's focus were switched on
} cn_facts;

// What terminfo says of a type of terminal.
typedef struct {
  int32_t colors;  // 0 without colours
  bool is_direct;  // a colour number is 0xRRGGBB
  bool can_move_cursor;
  bool can_clear;
  bool has_alternate_screen;
  bool can_hide_cursor;
  bool has_mouse;  // it has a sequence for mouse reports, and with it what else xterm reports
} cn_probed;

// Answers of cn_open.
enum { CN_OK = 0, CN_NO_TERMINAL_TYPE = 1, CN_NO_CURSOR_ADDRESSING = 2 };

// Opens the full screen on standard input and output. `term` may be NULL for $TERM.
int cn_open(const char *term, bool mouse, bool color, cn_facts *facts);
// Gives the terminal back; safe to call twice.
void cn_close(void);
// Gives the terminal back for a stop.
void cn_pause(void);
// Takes the keys again after a stop, with or without a cn_pause before it; nothing is painted yet.
void cn_regain(bool was_paused);
// Paints everything anew after a cn_regain.
void cn_repaint(void);
// Defines a colour pair; -1 is the terminal's own colour. False when the terminal refuses.
bool cn_pair(int pair, int foreground, int background);
// Puts cells into the screen, from a place on; nothing is sent before cn_flush.
void cn_put(int row, int column, const cn_cell *cells, int count, const cn_cluster *clusters, int cluster_count);
// Tells ncurses of a new size and forgets what is on the screen.
void cn_resize(int columns, int rows);
// Sends what has changed, in one write, and parks the cursor.
void cn_flush(int row, int column, bool visible);
// Asks the terminal where its cursor is.
void cn_query_cursor(void);
// Waits for the answer so long at most, and throws away what comes until then.
void cn_swallow_reply(int milliseconds);
// The terminal's size as the kernel knows it; false when it does not.
bool cn_window_size(int32_t *columns, int32_t *rows);

// Microseconds of the monotonic clock.
int64_t cn_clock(void);
// What terminfo says of $TERM; false when it knows nothing. Not while a screen is open.
bool cn_probe(cn_probed *found);
// Whether the terminal that was set up last takes colours of eight bits for red, green and blue each.
bool cn_has_eight_bits_a_channel(void);
// The name of the locale's encoding, for example UTF-8, in at most `size` bytes with its end.
void cn_codeset(char *name, int size);
// Whether both standard input and standard output are terminals.
bool cn_is_interactive(void);

// The most bytes that a crash can be made to write.
enum { CN_LONGEST_CRASH_NOTE = 2048 };
// Keeps bytes that a crash appends to a file, in place of those before.
void cn_keep_crash_note(int descriptor, const uint8_t *bytes, int length);
// Keeps nothing for a crash.
void cn_forget_crash_note(void);
// Handles crashes, or no longer; the full screen does so by itself.
void cn_guard_crashes(bool guards);
// Takes the locale's characters from the environment; says whether they are UTF-8.
bool cn_set_locale(void);
// Whether writing to a reader that has gone is an error of the write instead of the end of the process.
void cn_ignore_broken_pipes(bool ignores);

// The bit of a signal's byte that says that the terminal itself sent it, as for a Ctrl-C typed in line mode.
enum { CN_FROM_TERMINAL = 0x80 };
// Catches INT, TERM, HUP, QUIT, TSTP, CONT and WINCH: each becomes one byte in a pipe, its number and perhaps
// CN_FROM_TERMINAL. In a kiosk TSTP, TTIN and TTOU are ignored. Returns the end to read, or -1.
int cn_signals_open(bool kiosk);
// Puts the former handlers back and closes the pipe. After a kiosk INT and QUIT are ignored as well, and all of these
// until the next opening: the terminal makes signals of keys again, and the program has not ended yet.
void cn_signals_close(void);
// Stops this process, or with `group` its whole job, until it is continued.
void cn_stop(bool group);
// Ends the process by a signal, as if it had never been caught.
void cn_die(int signal);

#endif
