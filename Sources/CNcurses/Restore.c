#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1
#include "Restore.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

// What a handler needs, all of it made before: the bytes that give the terminal back, and its modes.
static char bytes[512];
static volatile sig_atomic_t length;
static volatile sig_atomic_t is_armed;
static struct termios line_modes;
static bool has_line_modes;

// Faults of the program, and the signals that would end it and that nobody handles.
static const int ending[] = {
    SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP,
    SIGSYS, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF,
};
// The first of them are faults.
#define FAULT_COUNT 6
#define ENDING_COUNT (sizeof ending / sizeof ending[0])
static struct sigaction former[ENDING_COUNT];
static char handler_stack[65536];
static stack_t former_stack;

static void give_back_now(void) {
  if (!is_armed) return;
  is_armed = 0;
  const char *at = bytes;
  size_t left = (size_t)length;
  while (left > 0) {
    ssize_t done = write(STDOUT_FILENO, at, left);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;
    at += done;
    left -= (size_t)done;
  }
  // Late mouse reports and replies would otherwise be typed into the shell.
  tcflush(STDIN_FILENO, TCIFLUSH);
  if (has_line_modes) tcsetattr(STDIN_FILENO, TCSANOW, &line_modes);
}

static void on_end(int number) {
  give_back_now();
  for (size_t i = 0; i < FAULT_COUNT; i++) {
    if (ending[i] == number) crash_note_write();
  }
  // SA_RESETHAND has put the default back; the signal is blocked until this returns, then it ends the process.
  raise(number);
}

void restore_guard(void) {
  stack_t stack;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, &former_stack);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_end;
  action.sa_flags = SA_RESETHAND | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < ENDING_COUNT; i++) {
    sigaction(ending[i], &action, &former[i]);
    // What is ignored, or handled by somebody else, does not end the program.
    const bool is_default = !(former[i].sa_flags & SA_SIGINFO) && former[i].sa_handler == SIG_DFL;
    if (i >= FAULT_COUNT && !is_default) sigaction(ending[i], &former[i], NULL);
  }
}

void restore_unguard(void) {
  for (size_t i = 0; i < ENDING_COUNT; i++) sigaction(ending[i], &former[i], NULL);
  sigaltstack(&former_stack, NULL);
}

void restore_arm(const struct termios *modes) {
  has_line_modes = modes != NULL;
  if (modes != NULL) line_modes = *modes;
  is_armed = 1;
}

void restore_disarm(void) { is_armed = 0; }

static void append(size_t *used, const char *text) {
  if (text == NULL || text == (char *)-1) return;
  for (; *text && *used < sizeof bytes; text++) {
    // Padding such as $<5> is for terminals slower than any that is left.
    if (text[0] == '$' && text[1] == '<') {
      const char *end = strchr(text, '>');
      if (end != NULL) {
        text = end;
        continue;
      }
    }
    bytes[(*used)++] = *text;
  }
}

void restore_prepare(bool mouse, bool reports) {
  size_t used = 0;
  if (mouse) append(&used, RESTORE_MOUSE_OFF);
  if (reports) append(&used, RESTORE_REPORTS_OFF);
  append(&used, tigetstr("sgr0"));
  append(&used, tigetstr("op"));
  append(&used, tigetstr("rmacs"));
  append(&used, tigetstr("cnorm"));
  append(&used, tigetstr("rmkx"));
  append(&used, tigetstr("rmcup"));
  length = (sig_atomic_t)used;
}

void restore_keep_palette(void) { orig_colors = NULL; }
