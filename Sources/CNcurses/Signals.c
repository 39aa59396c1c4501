// Signals become bytes in a pipe; the clock is here as well, for whoever shows something without a full screen.
#define _GNU_SOURCE 1
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
#define CAUGHT_COUNT (sizeof caught / sizeof caught[0])
static struct sigaction former[CAUGHT_COUNT];
// What stops a program; in a kiosk nothing does.
static const int stopping[] = {SIGTSTP, SIGTTIN, SIGTTOU};
#define STOPPING_COUNT (sizeof stopping / sizeof stopping[0])
static struct sigaction former_stopping[STOPPING_COUNT];
static bool ignores_stops;
// What is typed at a terminal that has its modes back is a signal again; after a kiosk none of these means anything.
static const int typed[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
#define TYPED_COUNT (sizeof typed / sizeof typed[0])
static struct sigaction former_typed[TYPED_COUNT];
static bool ignores_typed;
static int signal_pipe[2] = {-1, -1};

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)context;
  int kept = errno;
  unsigned char byte = (unsigned char)number;
  // The terminal's driver sends from inside the kernel, `kill` does not.
  if (info != NULL && info->si_code == SI_KERNEL) byte |= CN_FROM_TERMINAL;
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = kept;
}

static void ignore_all(const int *numbers, size_t count, struct sigaction *olds) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_IGN;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < count; i++) sigaction(numbers[i], &action, &olds[i]);
}

static void put_back(const int *numbers, size_t count, const struct sigaction *olds) {
  for (size_t i = 0; i < count; i++) sigaction(numbers[i], &olds[i], NULL);
}

static void catch_one(int number, struct sigaction *old) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, old);
}

static bool is_ignored(const struct sigaction *action) {
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_IGN;
}

int cn_signals_open(bool kiosk) {
  if (signal_pipe[0] >= 0) return signal_pipe[0];
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  // What a former kiosk left ignored is not what the program was told to ignore.
  if (ignores_typed) put_back(typed, TYPED_COUNT, former_typed);
  ignores_typed = false;
  for (size_t i = 0; i < CAUGHT_COUNT; i++) {
    catch_one(caught[i], &former[i]);
    // A program started with nohup, or in the background by an old shell, goes on ignoring what it was told to.
    if (is_ignored(&former[i]) && caught[i] != SIGWINCH) sigaction(caught[i], &former[i], NULL);
  }
  ignores_stops = kiosk;
  if (kiosk) ignore_all(stopping, STOPPING_COUNT, former_stopping);
  return signal_pipe[0];
}

void cn_signals_close(void) {
  if (signal_pipe[0] < 0) return;
  // A key that comes meanwhile waits, and is forgotten where it is to be ignored.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  // The other way round than they were opened: what was found first is put back last.
  if (ignores_stops) put_back(stopping, STOPPING_COUNT, former_stopping);
  put_back(caught, CAUGHT_COUNT, former);
  if (ignores_stops) ignore_all(typed, TYPED_COUNT, former_typed);
  ignores_typed = ignores_stops;
  ignores_stops = false;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = -1;
}

void cn_stop(bool group) {
  struct sigaction action;
  struct sigaction ours;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, &ours);
  if (group) {
    kill(0, SIGTSTP);
  } else {
    raise(SIGTSTP);
  }
  sigaction(SIGTSTP, &ours, NULL);
}

void cn_die(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  _exit(128 + number);
}

int64_t cn_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
