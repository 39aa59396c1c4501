// How the terminal is given back when nothing of the program works any more; only for the files beside this one.
#ifndef RESTORE_H
#define RESTORE_H

#include <stdbool.h>
#include <termios.h>

#define RESTORE_MOUSE_ON "\033[?1000h\033[?1006h"
// More than was switched on: a terminal may have kept modes of a program before.
#define RESTORE_MOUSE_OFF "\033[?1003l\033[?1002l\033[?1000l\033[?1006l"
#define RESTORE_REPORTS_ON "\033[?2004h\033[?1004h"
#define RESTORE_REPORTS_OFF "\033[?2004l\033[?1004l"

// Puts the bytes together while there is a terminal to ask: modes off, attributes, character set, cursor, keypad, screen.
void restore_prepare(bool mouse, bool reports);
// Keeps ncurses from setting the terminal's palette back: it may be the person's own, and nothing here changes it.
void restore_keep_palette(void);
// From now on a crash gives the terminal back, with these modes of the line; NULL when they are not known.
void restore_arm(const struct termios *modes);
// From now on there is nothing to give back.
void restore_disarm(void);
// Puts the handlers in place, and the former ones back.
void restore_guard(void);
void restore_unguard(void);

// Writes what was kept for a crash; called by the handler, and by nobody else.
void crash_note_write(void);

#endif
