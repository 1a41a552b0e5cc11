// Preloaded, it makes a folder behave like a share whose server keeps no locks: every attempt to lock a file under NO_LOCKS_UNDER fails, as on
// NFS without a lock daemon, and is written down in NO_LOCKS_LOG.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int refused(int file, const char *call) {
  const char *under = getenv("NO_LOCKS_UNDER"), *log = getenv("NO_LOCKS_LOG");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (!under || length < 0 || strncmp(path, under, strlen(under)) != 0) return 0;
  path[length] = 0;
  FILE *to = log ? fopen(log, "a") : NULL;
  if (to) {
    fprintf(to, "%s %s\n", call, path);
    fclose(to);
  }
  errno = ENOLCK;
  return 1;
}

static int lock_call(const char *name, int file, int command, void *argument) {
  int (*real)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
  int locks = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
  return locks && refused(file, "fcntl") ? -1 : real(file, command, argument);
}

int fcntl(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return lock_call("fcntl", file, command, argument);
}

int fcntl64(int file, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return lock_call("fcntl64", file, command, argument);
}

int flock(int file, int operation) {
  int (*real)(int, int) = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
  return refused(file, "flock") ? -1 : real(file, operation);
}
